#!/bin/sh
# gmrun: mvn
# The part of a build's `mvn` that is the same everywhere (maven_shim.c writes the lines before it: $mvn, $settings,
# $offline, $isolate, and the options as first arguments). It runs where Maven runs, perhaps in a container: plain sh.
#
# Maven before 3.9 copies what it installs over the file that is there, and rewrites maven-metadata-local.xml from what it
# read before: builds at the same time read halves of files and lose versions. So a run that installs gets a local
# repository of its own: links to the shared one, but for the folders of the modules that it may install, which are
# copies. At its end what is new moves over by rename, under a lock. Downloads go straight through the links: Maven
# itself does these by rename, with lock files. From 3.9 on Maven has locks between processes, which are switched on.

# The mvn that stands behind this file on the path.
next_mvn() {
    IFS=: found=
    for dir in $PATH; do
        # shellcheck disable=SC3013  # -ef: dash, bash and busybox have it
        if [ "$dir/mvn" -ef "$0" ]; then
            found=
        elif [ -z "$found" ] && [ -x "$dir/mvn" ]; then
            found=$dir/mvn
        fi
    done
    echo "$found"
    [ -n "$found" ] || echo "mvn: Maven is not on the path of this node" >&2
    [ -n "$found" ]
}

names_global_settings() {
    for arg; do
        case $arg in -gs | -gs=* | --global-settings | --global-settings=*) return 0 ;; esac
    done
    return 1
}

# Whether the run writes artifacts into the local repository.
installs() {
    goals=
    for arg; do
        case $arg in
        -*) ;;
        install | deploy | *:install* | *:deploy* | release:*) return 0 ;;
        *) goals=yes ;;
        esac
    done
    [ -z "$goals" ] && grep -qsE '<defaultGoal>.*(install|deploy)' pom.xml
}

# "3.9.6" of the Maven that $mvn starts; empty: unknown.
maven_version() {
    home=$(dirname "$(dirname "$(readlink -f "$mvn")")")
    for jar in "$home"/lib/maven-core-*.jar; do
        readlink -f "$jar" | sed -n 's/.*-\([0-9][0-9.]*[0-9]\).*\.jar$/\1/p'
    done
}

# The <localRepository> of a settings file, if it has one.
repository_of() {
    sed -n 's/.*<localRepository>[[:space:]]*\(.*[^[:space:]]\)[[:space:]]*<.*/\1/p' "$1" 2>/dev/null | head -n 1
}

# Where Maven would keep its local repository: by option, by the user's settings, by the global ones.
local_repository() {
    home=$(dirname "$(dirname "$(readlink -f "$mvn")")")
    user=$HOME/.m2/settings.xml global=$home/conf/settings.xml before='' given=''
    options="$(cat .mvn/maven.config 2>/dev/null) ${MAVEN_OPTS-}"
    for arg in $options; do
        case $arg in -Dmaven.repo.local=*) given=${arg#*=} ;; esac
    done
    for arg; do
        case $before in
        -s | --settings) user=$arg ;;
        -gs | --global-settings) global=$arg ;;
        esac
        case $arg in -Dmaven.repo.local=*) given=${arg#*=} ;; esac
        before=$arg
    done
    for found in "$given" "$(repository_of "$user")" "$(repository_of "$global")" "$HOME/.m2/repository"; do
        [ -n "$found" ] && break
    done
    # shellcheck disable=SC2016  # as Maven writes it
    case $found in
    '${user.home}'*) echo "$HOME${found#?user.home?}" ;;
    *'$'*) ;;
    /*) echo "$found" ;;
    *) echo "$PWD/$found" ;;
    esac
}

# "org/shop cart 2.1" of every pom.xml of the workspace, and of what is given to install-file; * for a version that is
# an expression.
coordinates() {
    find "${WORKSPACE:-.}/." . -name target -prune -o -name node_modules -prune -o -name '.?*' -prune -o \
        -name pom.xml -type f -exec awk '
        function flush() {
            if (!group) group = parent_group
            if (!version) version = parent_version
            gsub(/\./, "/", group)
            if (version !~ /^[A-Za-z0-9_.-]+$/) version = "*"
            if (group ~ /^[A-Za-z0-9_\/-]+$/ && artifact ~ /^[A-Za-z0-9_.-]+$/) print group, artifact, version
            group = artifact = version = parent_group = parent_version = ""
        }
        BEGIN { RS = "<" }
        FNR == 1 { flush(); depth = 0; hidden = 0; next }
        hidden { if (index($0, "-->")) hidden = 0; next }
        /^!--/ { hidden = !index($0, "-->"); next }
        /^[!?]/ { next }
        /^\// { depth--; next }
        {
            tag = $0; sub(/[ \t\r\n\/>].*/, "", tag)
            text = $0; sub(/^[^>]*>/, "", text); gsub(/[ \t\r\n]/, "", text)
            path[++depth] = tag
            if (depth == 2 && tag == "groupId") group = text
            if (depth == 2 && tag == "artifactId") artifact = text
            if (depth == 2 && tag == "version") version = text
            if (depth == 3 && path[2] == "parent" && tag == "groupId") parent_group = text
            if (depth == 3 && path[2] == "parent" && tag == "version") parent_version = text
            if ($0 ~ /^[^>]*\/>/) depth--
        }
        END { flush() }' {} +
    group='' artifact=''
    for arg; do
        case $arg in
        -DgroupId=*) group=$(echo "${arg#*=}" | tr . /) ;;
        -DartifactId=*) artifact=${arg#*=} ;;
        esac
    done
    case $group$artifact in *..*) ;; ?*) echo "$group $artifact *" ;; esac
}

# The folder $1 of the layer gets entries of its own: links to those of the shared repository.
split() {
    [ -d "$layer/$1" ] && ! [ -L "$layer/$1" ] && return
    [ ! -L "$layer/$1" ] || rm "$layer/$1"
    mkdir -p "$layer/$1"
    for entry in "$shared/$1"/*; do
        case $entry in
        */maven-metadata-local.xml) cp -p "$entry" "$layer/$1/" ;;
        *'/*') ;;
        *) set -- "$@" "$entry" ;;
        esac
    done
    [ $# -eq 1 ] || (to=$layer/$1 && shift && ln -s "$@" "$to/")
}

# The folder $1 of the layer is a copy.
copy() {
    [ -L "$layer/$1" ] || return 0
    rm -f "$layer/$1"
    cp -RpP "$shared/$1" "$layer/$1"
}

make_layer() {
    split .
    coordinates "$@" | sort -u >"$work/coordinates"
    while read -r group artifact version; do
        path=
        for part in $(echo "$group" | tr / ' ') "$artifact"; do
            path=${path:+$path/}$part
            split "$path"
        done
        if [ "$version" = '*' ]; then
            for old in "$shared/$path"/*/; do
                copy "$path/$(basename "$old")"
            done
        else
            copy "$path/$version"
        fi
    done <"$work/coordinates"
    files >"$work/before"
}

# Every file that is the layer's own, with what changes when it is written.
files() {
    (cd "$layer" && find . -type f -exec stat -c '%z %Y %s %n' {} + | LC_ALL=C sort)
}

# Two runs have added versions to the same list: ours, with theirs that it lacks.
merge_metadata() {
    awk -v theirs="$2" '
        /<version>/ { known[$1] = 1 }
        /<\/versions>/ { while ((getline line < theirs) > 0) { split(line, word); if (line ~ /<version>/ && !known[word[1]]) print line } }
        { print }' "$1" >"$1.merged" && mv "$1.merged" "$1"
}

# Tracking files and lists come last: they speak of files that are there then.
move_over() {
    files | LC_ALL=C comm -13 "$work/before" - | sed 's/^.* \.\///' >"$work/new"
    grep -vE '(^|/)(maven-metadata-local\.xml|_remote\.repositories)$' "$work/new" >"$work/order"
    grep -E '(^|/)(maven-metadata-local\.xml|_remote\.repositories)$' "$work/new" >>"$work/order"
    while read -r path; do
        mine=$layer/$path
        if [ -f "$shared/$path" ]; then
            case $path in
            */maven-metadata-local.xml) merge_metadata "$mine" "$shared/$path" ;;
            */_remote.repositories)
                cat "$mine" "$shared/$path" | grep -v '^#' | sort -u >"$mine.merged" && mv "$mine.merged" "$mine"
                ;;
            esac
        fi
        mkdir -p "$(dirname "$shared/$path")"
        mv -f "$mine" "$shared/$path"
    done <"$work/order"
}

# Layers of runs that were killed: nobody holds their lock.
remove_abandoned() {
    for old in "$shared"/.gmrun-layer.*; do
        [ -d "$old" ] && flock -n "$old/lock" rm -rf "$old"
    done
}

run_in_layer() {
    exec 9>>"$shared/.gmrun-lock"
    flock -s 9
    work=$(mktemp -d "$shared/.gmrun-layer.XXXXXX") layer=$work/repository
    trap 'rm -rf "$work"' EXIT
    trap 'exit 143' TERM INT HUP
    exec 8>"$work/lock"
    flock 8
    make_layer "$@"
    flock -u 9
    status=0
    GMRUN_MAVEN_LAYER=$layer "$mvn" "$@" "-Dmaven.repo.local=$layer" 8>&- 9>&- || status=$?
    if [ $status -lt 128 ]; then
        flock 9
        move_over
        remove_abandoned
    fi
    exit $status
}

[ -n "$mvn" ] || mvn=$(next_mvn) || exit 127
# Another file of this kind, of a block around or within, does the rest.
grep -qs '^# gmrun: mvn$' "$mvn" && exec "$mvn" "$@"
[ -z "$settings" ] || names_global_settings "$@" || set -- --global-settings "$settings" "$@"
[ -z "$offline" ] || [ "${GMRUN_MAVEN_OFFLINE-}" = false ] || set -- --offline "$@"
if [ -z "$isolate" ] || [ -n "${GMRUN_MAVEN_LAYER-}" ]; then
    exec "$mvn" "$@"
fi
case $(maven_version) in
3.[0-8] | 3.[0-8].* | 2.* | '') ;;
*) exec "$mvn" -Daether.syncContext.named.factory=file-lock -Daether.syncContext.named.nameMapper=file-gav "$@" ;;
esac
if installs "$@" && command -v flock >/dev/null; then
    shared=$(local_repository "$@")
    if [ -n "$shared" ] && mkdir -p "$shared" 2>/dev/null && (: >>"$shared/.gmrun-lock") 2>/dev/null; then
        shared=$(cd "$shared" && pwd -P)
        run_in_layer "$@"
    fi
fi
exec "$mvn" "$@"
