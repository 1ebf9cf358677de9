/* A text for the shell of any image, busybox' included: no arrays, no [[, and only grep and sleep of
 * other programs. It may run before what it is to end has begun (LOOKS), and it never sees itself: its
 * own environment lacks the cookie. */
#include "agents/kill_script.h"

/* NUL bytes vanish in `read`, so each line of an environment is one text. A shell reads byte by byte: grep
 * takes a hundredth of the time, but not every grep sees what stands behind a NUL. */
const char kill_script[] = "n=0 r=0\n"
                           "hit() { kill -\"$1\" \"$2\" && r=1; }\n"
                           "look() {\n"
                           "    if printf 'a\\0b' | grep -qF b; then\n"
                           "        for p in $(grep -lsF -e \"$2\" /proc/[0-9]*/environ); do\n"
                           "            p=${p#/proc/}; hit \"$1\" \"${p%/environ}\"\n"
                           "        done\n"
                           "        return\n"
                           "    fi\n"
                           "    for p in /proc/[0-9]*; do\n"
                           "        while IFS= read -r e || [ -n \"$e\" ]; do\n"
                           "            case $e in *\"$2\"*) hit \"$1\" \"${p#/proc/}\"; break ;; esac\n"
                           "        done <\"$p/environ\"\n"
                           "    done\n"
                           "}\n"
                           "while [ $n -lt \"$3\" ]; do\n"
                           "    look \"$1\" \"$2\" >/dev/null 2>&1\n"
                           "    [ $r = 1 ] && break\n"
                           "    n=$((n + 1))\n"
                           "    [ $n -ge \"$3\" ] || sleep 0.1 || sleep 1\n"
                           "done\n"
                           "exit $r\n";
