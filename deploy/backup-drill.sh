#!/bin/sh
# Proves that backups can be restored: takes one (or the file that is named), fills an empty database with it, and
# has every check look at that. Run it with the portal's settings in the environment; `make backup-drill` does.
# DRILL_DATABASE_URL: the empty database, with PostgreSQL; with SQLite one is made.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

file=${1:-}
if [ -z "$file" ]; then
  file=$scratch/backup.tar.gz
  "$python" manage.py backup "$file"
fi
DATABASE_URL=${DRILL_DATABASE_URL:-sqlite:///$scratch/restored.sqlite3}
export DATABASE_URL
"$python" manage.py restore "$file"
"$python" manage.py migrate --verbosity 0
"$python" manage.py check_consents
"$python" manage.py check_undertakings
echo "The drill went well."
