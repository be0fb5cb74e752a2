"""What tells the processes of the service that something may no longer be shown. See changes.py."""
