#!/usr/bin/env bash
# SecantusDB 0.7.0b3 (a MongoDB-wire server): `find({_id: {$in: [...]}})` takes time in proportion to ids asked times
# documents stored. Expected: a look-up of each id by the index on _id, so that asking for half of the documents costs
# less than reading the whole collection. Seen: asking 2,000 ids of 4,000 documents takes many times as long as a find
# without a filter, which returns twice as many. A client that needs most of a collection reads it whole and selects.
#
# Prints both times and their ratio. Fails when the ratio is no longer above 4.
set -euo pipefail

folder="$(mktemp -d)"
server=""
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check secantusdb==0.7.0b3 pymongo==4.20.0
port="$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')"
touch "$folder/empty.toml"
"$folder/venv/bin/python" -m secantus --config "$folder/empty.toml" --host 127.0.0.1 --port "$port" \
  --storage-path "$folder/files" --log-level WARNING > "$folder/log" 2>&1 &
server=$!

"$folder/venv/bin/python" - "$port" <<'PROGRAM'
import sys
import time

from pymongo import MongoClient

DOCUMENTS, ASKED = 4000, 2000
client = MongoClient("127.0.0.1", int(sys.argv[1]), serverSelectionTimeoutMS=30_000, directConnection=True)
titles = client["finding"]["titles"]
titles.insert_many({"_id": f"title-{number:05}", "name": "n" * 50} for number in range(DOCUMENTS))


def seconds(query):
    began = time.perf_counter()
    found = len(list(titles.find(query)))
    return found, time.perf_counter() - began


wanted = [f"title-{number:05}" for number in range(0, DOCUMENTS, DOCUMENTS // ASKED)]
best_all = min(seconds({}) for _ in range(3))
best_some = min(seconds({"_id": {"$in": wanted}}) for _ in range(3))
ratio = best_some[1] / best_all[1]
print(f"All {best_all[0]} documents: {best_all[1]:.3f} s. {best_some[0]} of them by id: {best_some[1]:.3f} s, {ratio:.1f} times as long.")
if best_some[0] != ASKED or best_all[0] != DOCUMENTS:
    sys.exit("The answers are not complete.")
if ratio <= 4:
    sys.exit("SecantusDB no longer behaves as described above.")
PROGRAM
