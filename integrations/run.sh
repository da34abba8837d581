#!/bin/sh
# Runs the tests of a network in a program with the clients and servers of others, as root, in namespaces of their own.
#
#   integrations/run.sh [--long] [MAVEN OPTION...]
#
# --long copies and downloads 1 GB each way, makes 10,000 requests with each HTTP client and opens 10,000 connections;
# it needs 4 GB in /tmp and 11,000 open files (ulimit -n).
# A MAVEN OPTION is, for example, -Dtest=RedisTest.
#
# Debian 12 has what the tests need; a test without its server is skipped with the reason:
#   apt-get install --no-install-recommends postgresql redis-server nginx-light dnsmasq-base openssl \
#     wireguard-tools wireguard-go iproute2 iputils-ping procps
# The tests start servers of their own, with data in a temporary folder; those that the packages start are not touched.
program=$0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/launch.sh"
read_current
find_jdk

long=false
if [ "${1-}" = --long ]; then
    long=true
    shift
fi
cd "$root" || exit 1
JAVA_HOME=$jdk exec ./mvnw -B -Pintegrations -pl integrations -am verify -Dadit.it.long=$long \
    '-Dtest=dev.adit.integrations.*Test' -Dsurefire.failIfNoSpecifiedTests=false "$@"
