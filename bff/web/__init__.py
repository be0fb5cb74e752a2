"""The browser pages: TV page, GraphiQL, error list and artwork. GraphQL itself is in bff/http."""
