#!/bin/sh
# Makes a release of a tag, with the packages: ci/release.sh TAG PACKAGE...
#
# GitHub's own program does it, which logs in by GH_TOKEN. A release that is there already, of a run
# that was broken off, gets the packages.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

[ $# -gt 1 ] || fail "usage: release.sh TAG PACKAGE..."
tag=$1
shift
cd "$root"

# The changelog's text of this version.
notes() {
    awk -v version="${tag#v}" '
        /^## / { found = $2 == version || $2 == "[" version "]" }
        found && !/^## /' CHANGELOG.md
}

gh release view "$tag" >/dev/null 2>&1 ||
    gh release create "$tag" --verify-tag --title "Micro-CDN ${tag#v}" --notes "$(notes)"
gh release upload "$tag" --clobber "$@"
