#!/bin/sh
# Installs the software of others that some tests check us against, into .tools/, and nothing that is there already.
# Tests whose tool is absent are skipped and say so. Run it from the root of the repository: sh tests/tools.sh
set -u
test -f tests/tools.sh || { echo "tools.sh: run it from the root of the repository" >&2; exit 2; }
mkdir -p .tools

quietly() { # runs a command; what it says is shown only when it fails
    said=$("$@" 2>&1) || { printf '%s\n' "$said" "tools.sh: failed: $*" >&2; return 1; }
}

debian_package() { # $1 the command, $2 the package that has it
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "tools.sh: $1 is missing; install the Debian package $2" >&2
        return 1
    fi
    quietly apt-get update && quietly apt-get install --yes --no-install-recommends "$2"
}

bubblewrap() {
    debian_package bwrap bubblewrap
}

chromium_browser() {
    debian_package chromium chromium
}

gift_pegjs() { # reads GIFT
    test -d .tools/node_modules/gift-pegjs && return
    debian_package node nodejs && debian_package npm npm && quietly npm install --prefix .tools gift-pegjs@1.0.2
}

axe_core() { # finds what keeps people out of a page
    test -d .tools/node_modules/axe-core && return
    debian_package node nodejs && debian_package npm npm && quietly npm install --prefix .tools axe-core@4.11.0
}

jupyter_lab() { # shows notebooks; its hundred packages stay in an environment of their own
    test -x .tools/lab/bin/jupyter-lab && return
    quietly python3 -m venv .tools/lab && quietly .tools/lab/bin/python -m pip install jupyterlab==4.6.6
}

python_readers() { # moodle_xml_parser reads Moodle XML, text2qti writes QTI 1.2
    test -d .tools/py/moodle_xml_parser && test -d .tools/py/text2qti && return
    quietly python3 -m pip install --upgrade --target .tools/py moodle_xml_parser==0.3.1 text2qti==0.8.0
}

qti_dtd() { # the IMS DTD of QTI 1.2.1, which comes with the source of pyslet
    test -f .tools/qti/ims_qtiasiv1p2p1.dtd && return
    quietly python3 -m pip download --no-deps --no-binary :all: --dest .tools/qti pyslet==0.7.20170805 &&
        tar -xzf .tools/qti/pyslet-0.7.20170805.tar.gz -C .tools/qti --strip-components=3 \
            pyslet-0.7.20170805/unittests/data_imsqtiv1p2p1/ims_qtiasiv1p2p1.dtd
}

status=0
for tool in bubblewrap chromium_browser gift_pegjs axe_core jupyter_lab python_readers qti_dtd; do
    "$tool" || status=1
done
exit $status
