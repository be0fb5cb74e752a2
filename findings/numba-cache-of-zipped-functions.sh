#!/usr/bin/env bash
# numba 0.68.1: NUMBA_CACHE_DIR says where functions with `cache=True` keep what was compiled. Expected: it holds for
# every function. Seen: for a function that was imported from a zip (as Spark's --py-files ships code) it is ignored,
# and what was compiled goes to the user's cache folder, XDG_CACHE_HOME/numba. Where that cannot be written, or is
# shared, setting NUMBA_CACHE_DIR alone does not help.
#
# Compiles one function from a folder and from a zip, with both variables set, and prints how many files each cache
# folder got. Fails when NUMBA_CACHE_DIR is used for both.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6

mkdir "$folder/source"
cat >"$folder/source/kernel.py" <<'PYTHON'
from numba import njit


@njit(cache=True)
def double(number):
    return 2 * number
PYTHON
(cd "$folder/source" && "$folder/venv/bin/python" -m zipfile -c "$folder/code.zip" kernel.py)

files_after_import() {
  mkdir -p "$folder/$2/asked" "$folder/$2/user"
  NUMBA_CACHE_DIR="$folder/$2/asked" XDG_CACHE_HOME="$folder/$2/user" PYTHONPATH="$1" \
    "$folder/venv/bin/python" -c 'import kernel; assert kernel.double(21) == 42'
  echo "$(find "$folder/$2/asked" -type f | wc -l) $(find "$folder/$2/user" -type f | wc -l)"
}

read -r asked_of_folder user_of_folder <<<"$(files_after_import "$folder/source" from-folder)"
read -r asked_of_zip user_of_zip <<<"$(files_after_import "$folder/code.zip" from-zip)"
echo "From a folder: $asked_of_folder files in NUMBA_CACHE_DIR, $user_of_folder in the user's cache folder."
echo "From a zip: $asked_of_zip files in NUMBA_CACHE_DIR, $user_of_zip in the user's cache folder."
if [ "$asked_of_folder" -eq 0 ] || [ "$user_of_folder" -ne 0 ] || [ "$asked_of_zip" -ne 0 ] || [ "$user_of_zip" -eq 0 ]; then
  echo "numba no longer behaves as described above." >&2
  exit 1
fi
