#!/bin/sh
# A CUPS backend that hands each job over at most once.
#
# Device URI: once:/ and the real one, e.g. once:/ipp://printer.example/ipp/print
# A mark named by the job's uuid is made exclusively and synced before the real
# backend runs. When the mark is there already, a crash or a retry of CUPS has
# brought the job back after a sheet may have been made: hold it for a person.
#
# usage (by cupsd): once job user title copies options [file]

if [ $# -eq 0 ]; then
    echo 'direct once "Unknown" "printshop: at most one hand-over per job"'
    exit 0
fi

uuid=$(printf '%s\n' "$5" | sed -n 's/.*job-uuid=urn:uuid:\([0-9a-fA-F-]*\).*/\1/p')
if [ -z "$uuid" ]; then
    echo "ERROR: printshop guard: the job has no uuid" >&2
    exit 4 # CUPS_BACKEND_STOP
fi

marks=${CUPS_REQUESTROOT:?}/printshop-guard
mkdir -p "$marks" || exit 4
# noclobber makes the shell open with O_EXCL
if ! (set -C && : >"$marks/$uuid") 2>/dev/null; then
    echo "ERROR: printshop guard: job $1 was handed over before; held" >&2
    exit 3 # CUPS_BACKEND_HOLD
fi
sync "$marks/$uuid" "$marks" || exit 4

DEVICE_URI=${DEVICE_URI#once:/}
export DEVICE_URI
exec "$CUPS_SERVERBIN/backend/${DEVICE_URI%%:*}" "$@"
