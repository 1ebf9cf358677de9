#!/bin/bash
# lint of a 60-line file, process start to end, against `true`; parsing speed of large files; 10,000 stages.
. "$(dirname "$0")/lib.sh"

stage() {
    cat <<END
    stage('s$1') {
      when { branch 'master' }
      environment { NAME = "value \${env.BUILD_NUMBER}" }
      steps {
        echo "hello \${NAME}"
        sh 'mvn -o package -DskipTests=$1'
        script {
          def list = [1, 2, 3].collect { it * $1 }
          if (list.size() > 2) { echo "many: \${list.join(',')}" }
        }
      }
    }
END
}

file_of() { # stages
    echo "pipeline {"
    echo "  agent any"
    echo "  stages {"
    awk -v n="$1" -v text="$(stage @)" 'BEGIN {
        gsub(/\\/, "\\\\", text)
        for (i = 1; i <= n; i++) { t = text; gsub(/@/, i, t); print t }
    }'
    echo "  }"
    echo "}"
}

file_of 5 >"$T/small"
file_of 8000 >"$T/medium"
file_of 32000 >"$T/large"
hundred_lints() { for ((k = 0; k < 100; k++)); do "$GMRUN" lint "$T/small" || return; done; }
hundred_true() { for ((k = 0; k < 100; k++)); do /bin/true; done; }
lint_medium() { "$GMRUN" lint "$T/medium"; }
lint_large() { "$GMRUN" lint "$T/large"; }

: >"$T/lint" >"$T/true"
for ((i = 0; i < RUNS; i++)); do
    seconds hundred_lints >>"$T/lint" || break
    seconds hundred_true >>"$T/true"
done
report "lint of 60 lines" "$(median <"$T/lint")" - 3 ms 10
report "  (true)" "$(median <"$T/true")" - 3 ms 10

speed() { # file command
    local s
    s=$(seconds "$2") || { echo n/a; return; }
    echo "scale=3; $(stat -c %s "$1") / 1000000 / $s" | bc
}
report "parsing, $(($(stat -c %s "$T/medium") / 1000000)) MB" "$(speed "$T/medium" lint_medium)" - +20 MB/s 1
report "parsing, $(($(stat -c %s "$T/large") / 1000000)) MB" "$(speed "$T/large" lint_large)" - +20 MB/s 1

stages_of() {
    echo "pipeline { agent any"
    echo "  stages {"
    seq -f "    stage('s%g') { steps { echo 'hello' } }" "$1"
    echo "  } }"
}
stages_of 10000 >"$T/stages"
stages_of 2500 >"$T/stages4"
ten_thousand() { run_pipeline "$T/stages"; }
quarter() { run_pipeline "$T/stages4"; }
report "10,000 stages" "$(seconds ten_thousand || echo n/a)" - 1 s 1
report "  2,500 stages" "$(seconds quarter || echo n/a)" - 0.25 s 1
