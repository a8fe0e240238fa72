#!/bin/sh
# At the container's start, before Nginx: writes the site for the servers named in HEARTH_SERVERS.
set -eu
# shellcheck disable=SC2086 # one word per server
/opt/hearth/render "${HEARTH_LISTEN:-80}" ${HEARTH_SERVERS:-go_chat_1:6300 go_chat_2:6400 go_chat_3:6500} \
    >/etc/nginx/conf.d/hearth.conf
