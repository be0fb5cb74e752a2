"""An import that was killed while it wrote is known to the next one, and to the nightly run."""

import pytest

from batch.storage.clients import open_mongo
from batch.storage.import_ledger import unfinished_import, unfinished_import_warnings
from tests.batch.importers.own_files import NOW


@pytest.mark.stores
def test_an_import_is_unfinished_until_it_ends_well(mongo_database: str) -> None:
    database = open_mongo(mongo_database)

    def fail() -> None:
        with unfinished_import(database, "catalog:own", NOW) as cut_short:
            assert cut_short is False
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert unfinished_import_warnings(database) == [
        "The import catalog:own has begun and not finished. If it was killed, run the same import again, then this."
    ]
    with unfinished_import(database, "catalog:own", NOW) as cut_short:
        assert cut_short is True
    with unfinished_import(database, "profiles:own", NOW) as cut_short:
        assert cut_short is False
    assert unfinished_import_warnings(database) == []
    database.client.close()
