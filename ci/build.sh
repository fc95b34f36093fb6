#!/bin/sh
# Configures and builds: ci/build.sh [FOLDER] [CMAKE_OPTION...]      FOLDER is build/ by default
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

find_lua
folder=$root/build
case ${1--} in
-*) ;;
*)
    folder=$1
    shift
    ;;
esac
configure_and_build "$folder" "$@"
