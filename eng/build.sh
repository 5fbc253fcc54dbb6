# Builds the tool, its page and the sample bots from these sources, when they have changed since the last time.
# To be sourced by bash 3.2 or newer, with $root set to the root of the repository.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

everturn_tool="$root/artifacts/bin/Everturn.Cli/release/Everturn.Cli.dll"
everturn_stamp="$root/artifacts/everturn.stamp"

everturn_need_dotnet() {
    if ! command -v dotnet >/dev/null 2>&1; then
        echo "everturn: the .NET 10 SDK is needed, and dotnet is not on the PATH. Get it from https://dotnet.microsoft.com/download" >&2
        exit 1
    fi
}

# Node.js builds the page; without it there is everything but the page.
everturn_has_node() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1
}

# Whether what was built is what the sources say. A removed file shows in the time of its folder; the folder web alone is
# left out, because building puts node_modules and dist into it.
everturn_is_fresh() {
    [ -f "$everturn_stamp" ] && [ -f "$everturn_tool" ] || return 1
    [ -f "${everturn_tool%/*}/wwwroot/index.html" ] || [ ! -d "$root/web" ] || ! everturn_has_node || return 1
    local changed
    changed=$(
        cd "$root" &&
            find src samples eng web templates Directory.Build.props Directory.Packages.props global.json .editorconfig \
                \( -name node_modules -o -name dist -o -name bin -o -name obj \) -prune \
                -o -newer "$everturn_stamp" ! -path web ! -name '*.tsbuildinfo' ! -name '*.user' -print 2>/dev/null | head -n 1
    ) || true
    [ -z "$changed" ]
}

# Runs a command while no other process of this repository's scripts does.
everturn_exclusively() {
    mkdir -p "$root/artifacts"
    if command -v flock >/dev/null 2>&1; then
        (
            flock 9
            "$@"
        ) 9>"$root/artifacts/everturn.lock"
        return
    fi

    local lock="$root/artifacts/everturn.lock.d" owner
    until mkdir "$lock" 2>/dev/null; do
        owner=$(cat "$lock/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$lock"
        else
            sleep 0.2
        fi
    done
    echo "$$" >"$lock/pid"
    local result=0
    ("$@") || result=$?
    rm -rf "$lock"
    return "$result"
}

# Builds projects or the solution in Release. Servers that the build starts must not inherit the lock (9), nor outlive it.
everturn_dotnet_build() {
    local page=""
    everturn_has_node || page="-p:EverturnSkipWeb=true"
    dotnet build "$1" -c Release -nologo -v quiet -consoleLoggerParameters:NoSummary -nodeReuse:false ${page:+"$page"} 9>&-
}

# The work of everturn_build, alone: another process may have done it meanwhile.
everturn_build_now() {
    everturn_is_fresh && return
    local log="$root/artifacts/everturn-build.log"
    echo "Building Everturn (once, and when its sources change); the first time takes a minute or more" >&2
    # A change that comes while the build runs is newer than the stamp.
    : >"$everturn_stamp.new"
    if ! everturn_dotnet_build "$root/src/Everturn.Cli/Everturn.Cli.csproj" >"$log" 2>&1; then
        cat "$log" >&2
        echo "everturn: the build failed; its output is above." >&2
        return 1
    fi
    everturn_has_node || echo "everturn: Node.js 20.19 or newer with npm is not on the PATH: the page is left out." >&2
    mv "$everturn_stamp.new" "$everturn_stamp"
}

everturn_build() {
    everturn_is_fresh && return
    everturn_need_dotnet
    everturn_exclusively everturn_build_now
}
