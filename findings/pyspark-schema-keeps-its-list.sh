#!/usr/bin/env bash
# pyspark 4.2.0 and 4.3.0: `StructType(fields)` keeps the list that it is given, and `.add` appends to that list. Expected: a schema
# owns its fields, so that `StructType(other.fields).add(...)` makes a wider schema and leaves `other` as it was. Seen:
# the field is added to `other`, too, whose `names` do not have it: a module's shared schema grows for every job that is
# imported later, and `createDataFrame` with it then asks for a column more.
#
# Prints fields and names of a schema before and after another one was made of its fields. Fails when the first stays
# as it was. The package `pyspark-client` 4.2.0 has the same file of types, and needs no Java.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps pyspark-client==4.2.0

"$folder/venv/bin/python" - <<'PYTHON'
import sys

from pyspark.sql.types import LongType, StringType, StructField, StructType

shared = StructType([StructField("id", StringType())])
before = (len(shared.fields), len(shared.names))
wider = StructType(shared.fields).add("seen", LongType())
after = (len(shared.fields), len(shared.names))
copied = StructType([StructField("id", StringType())])
StructType([*copied.fields]).add("seen", LongType())
print(f"The schema had {before[0]} field and {before[1]} name; after a wider one was made of its fields it has "
      f"{after[0]} fields and {after[1]} name. Made of a copy of the list, it keeps {len(copied.fields)} field.")
if (before, after, len(copied.fields), len(wider.fields)) != ((1, 1), (2, 1), 1, 2):
    print("pyspark no longer behaves as described above.", file=sys.stderr)
    sys.exit(1)
PYTHON
