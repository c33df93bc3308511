#!/usr/bin/env bash
# Set up what is missing, then render a lesson: ./render.sh [FILE] [OPTIONS], as in `storyreel render --help`.
set -eu
. "$(dirname "$0")/scripts/setup"
exec "$python" -P -m storyreel render "$@"
