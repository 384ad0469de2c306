#!/bin/sh
# Runs inside a guest as root, by the guest agent: what every template needs is installed.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive
export PATH LC_ALL DEBIAN_FRONTEND

if ! command -v cloud-init >/dev/null || ! command -v growpart >/dev/null; then
  if command -v apt-get >/dev/null; then
    apt-get -qq update && apt-get -qqy install cloud-init cloud-guest-utils
  elif command -v dnf >/dev/null; then
    dnf -qy install cloud-init cloud-utils-growpart
  elif command -v zypper >/dev/null; then
    zypper -nq install cloud-init growpart
  elif command -v pacman >/dev/null; then
    pacman -Sy --noconfirm --needed cloud-init cloud-guest-utils
  elif command -v apk >/dev/null; then
    apk add -q cloud-init cloud-utils-growpart && setup-cloud-init
  fi >/dev/null
fi
