# What ./test is made of. To be sourced by bash 3.2 or newer after eng/build.sh.

passed=0
failed=0
skipped=0
# Skips that another machine would not have: with CI=true they fail the run.
missing=0
# A test process that runs longer has hung.
time_limit=${EVERTURN_TEST_SECONDS:-900}
results="$root/artifacts/test-results"

tests_begin() {
    everturn_need_dotnet
    rm -rf "$results"
    mkdir -p "$results"
}

# Installs what a Debian-like system can, as root; says what is missing on any other.
tests_install() {
    local packages=""
    everturn_has_node || packages="nodejs npm"
    tests_browser >/dev/null || packages="$packages chromium"
    tests_postgres >/dev/null || packages="$packages postgresql"
    tests_patroni || packages="$packages patroni etcd-server"
    if [ -n "$packages" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        echo "Installing $packages"
        # shellcheck disable=SC2086
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } \
            >"$results/apt.log" 2>&1 || tail -n 3 "$results/apt.log"
    fi
    everturn_has_node || echo "Missing: Node.js 20.19 or newer with npm (the page and the Node tests). Get it from https://nodejs.org"
    tests_browser >/dev/null || echo "Missing: Chromium (the browser tests). Install the package chromium, or set CHROMIUM to its path."
    tests_postgres >/dev/null || echo "Missing: PostgreSQL (the tests of its store). Install the package postgresql, or set POSTGRES_BIN to the directory of initdb."
    tests_patroni || echo "Missing: Patroni and etcd (the tests of failover). Install the packages patroni and etcd-server."
    tests_install_packages tests/clients
    tests_install_packages tests/servers
}

# The npm packages of a folder, when they have changed.
tests_install_packages() {
    if everturn_has_node && [ -f "$1/package-lock.json" ] && ! tests_packages_are_fresh "$1"; then
        echo "Installing the packages of $1"
        (cd "$1" && npm ci --no-progress --loglevel=error) >"$results/npm.log" 2>&1 || {
            cat "$results/npm.log"
            echo "Missing: the npm packages of $1 (npm ci failed, above)."
        }
    fi
}

tests_packages_are_fresh() {
    [ -f "$1/node_modules/.package-lock.json" ] && [ ! "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]
}

# The browser that the tests drive.
tests_browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" && return
    done
    return 1
}

# The programs of a PostgreSQL server, of which the tests start their own.
tests_postgres() {
    local initdb
    for initdb in "${POSTGRES_BIN:-}/initdb" /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$initdb" ] && echo "$initdb" && return
    done
    command -v initdb
}

# What keeps a PostgreSQL cluster together; only a run of all tests needs it, and only on Linux.
tests_patroni() {
    [ "${EVERTURN_TEST_ALL:-}" != true ] || [ "$(uname)" != Linux ] || { command -v patroni && command -v etcd; } >/dev/null
}

# Builds once: the solution, or the tool and the projects named.
tests_build() {
    echo "Building"
    if ! everturn_exclusively tests_build_now "$@" >"$results/build.log" 2>&1; then
        cat "$results/build.log"
        echo "FAILED: the build"
        failed=$((failed + 1))
        return 1
    fi
}

tests_build_now() {
    : >"$everturn_stamp.new"
    if [ $# -eq 0 ]; then
        everturn_dotnet_build Everturn.slnx || return
    else
        everturn_dotnet_build src/Everturn.Cli/Everturn.Cli.csproj || return
    fi
    mv "$everturn_stamp.new" "$everturn_stamp"
    local project
    for project in $(tests_projects "$@"); do
        # A project that the solution does not hold is still a test project.
        if [ $# -gt 0 ] || [ ! -f "artifacts/bin/$project/release/$project.dll" ]; then
            everturn_dotnet_build "tests/$project/$project.csproj" || return
        fi
    done
}

# The .NET test projects among those named; all when none is named.
tests_projects() {
    local file project
    for file in tests/*/*.csproj; do
        project=$(basename "$file" .csproj)
        if [ "$file" = "tests/$project/$project.csproj" ] && { [ $# -eq 0 ] || tests_is_among "$project" "$@"; }; then
            echo "$project"
        fi
    done
}

tests_is_among() {
    local wanted=$1 name
    shift
    for name in "$@"; do
        [ "$name" = "$wanted" ] && return
    done
    return 1
}

tests_run() {
    local project name
    for name in "$@"; do
        if [ "$name" != clients ] && [ ! -f "tests/$name/$name.csproj" ]; then
            echo "FAILED: there is no test project tests/$name"
            failed=$((failed + 1))
        fi
    done
    for project in $(tests_projects "$@"); do
        # Programs that tests start may live among them.
        [ -f "artifacts/bin/$project/release/xunit.v3.core.dll" ] && tests_run_dotnet "$project"
    done
    if [ -f tests/clients/package.json ] && { [ $# -eq 0 ] || tests_is_among clients "$@"; }; then
        tests_run_node
    fi
}

# Runs a command with the time limit, where the system can set one.
tests_limited() {
    if command -v timeout >/dev/null 2>&1; then
        timeout --kill-after=10 "$time_limit" "$@"
    else
        "$@"
    fi
}

tests_run_dotnet() {
    local project=$1 begun=$SECONDS code=0
    local xml="$results/$project.xml" log="$results/$project.log"
    tests_limited dotnet "artifacts/bin/$project/release/$project.dll" -noColor -noLogo -noAutoReporters -reporter quiet -xml "$xml" \
        >"$log" 2>&1 </dev/null || code=$?

    # The counts stand in the one <assembly> element, and nowhere else under these names.
    local totals p f s e
    totals=$(grep -o '<assembly [^>]*>' "$xml" 2>/dev/null | head -n 1)
    p=$(tests_attribute passed "$totals")
    f=$(tests_attribute failed "$totals")
    s=$(tests_attribute skipped "$totals")
    e=$(tests_attribute errors "$totals")
    tests_count "$project" "$begun" "$code" "$log" "$p" "$((f + e))" "$s" "$totals"
    tests_skips "$xml"
}

tests_run_node() {
    local begun=$SECONDS code=0 log="$results/clients.log" tap="$results/clients.tap"
    if ! everturn_has_node || ! tests_packages_are_fresh tests/clients; then
        echo "skipped: clients (Node.js or its packages are missing)"
        skipped=$((skipped + 1))
        missing=$((missing + 1))
        return
    fi
    (cd tests/clients && tests_limited node --test --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$tap") >"$log" 2>&1 </dev/null || code=$?
    local totals p f s
    totals=$(grep -E '^# (pass|fail|cancelled|skipped|todo) [0-9]+$' "$tap" 2>/dev/null)
    p=$(tests_tap pass "$totals")
    f=$(($(tests_tap fail "$totals") + $(tests_tap cancelled "$totals")))
    s=$(($(tests_tap skipped "$totals") + $(tests_tap todo "$totals")))
    tests_count clients "$begun" "$code" "$log" "$p" "$f" "$s" "$totals"
    missing=$((missing + s))
}

# The number of an attribute; 0 when it is not there.
tests_attribute() {
    local number
    number=$(printf '%s' "$2" | sed -n "s/.* $1=\"\([0-9][0-9]*\)\".*/\1/p")
    echo "${number:-0}"
}

tests_tap() {
    local number
    number=$(printf '%s\n' "$2" | sed -n "s/^# $1 \([0-9][0-9]*\)$/\1/p" | tail -n 1)
    echo "${number:-0}"
}

# Adds a process's counts. One that ended badly without naming a failure has crashed or hung, and counts as a failure.
tests_count() {
    local name=$1 seconds=$((SECONDS - $2)) code=$3 log=$4 p=$5 f=$6 s=$7 totals=$8
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ] || [ -z "$totals" ]; then
        f=$((f + 1))
        if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
            echo "FAILED: $name did not end within $time_limit s" >>"$log"
        else
            echo "FAILED: $name ended with $code" >>"$log"
        fi
    fi
    passed=$((passed + p))
    failed=$((failed + f))
    skipped=$((skipped + s))
    echo "$name: $p passed, $f failed, $s skipped ($seconds s)"
    if [ "$f" -gt 0 ]; then
        tail -n 400 "$log"
    fi
}

# Names the skipped tests with their reasons.
tests_skips() {
    local reason
    # Each reason is a CDATA section or escaped text of one <reason> element.
    while IFS= read -r reason; do
        echo "  skipped: $reason"
        case $reason in
            "not on "*) ;;
            *) missing=$((missing + 1)) ;;
        esac
    done < <(tr '\n' ' ' <"$1" 2>/dev/null | grep -o '<reason>[^]]*]]>\|<reason>[^<]*</reason>' |
        sed -e 's/<reason>//; s/<!\[CDATA\[//; s/\]\]>//; s/<\/reason>//')
}

tests_end() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && { [ "${CI:-}" != true ] || [ "$missing" -eq 0 ]; }
}
