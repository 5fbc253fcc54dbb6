@echo off
rem The everturn tool, run from these sources: everturn up
setlocal
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
set DOTNET_GENERATE_ASPNET_CERTIFICATE=false
set "root=%~dp0"
set "tool=%root%artifacts\bin\Everturn.Cli\release\Everturn.Cli.dll"
set "stamp=%root%artifacts\everturn.stamp"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo everturn: the .NET 10 SDK is needed, and dotnet is not on the PATH. Get it from https://dotnet.microsoft.com/download>&2
    exit /b 1
)

rem Exit code 0 when nothing among the sources is newer than the last build.
powershell -NoProfile -ExecutionPolicy Bypass -Command ^
    "if (-not (Test-Path $env:stamp) -or -not (Test-Path $env:tool)) { exit 1 };" ^
    "$built = (Get-Item $env:stamp).LastWriteTimeUtc; Set-Location $env:root;" ^
    "$new = Get-ChildItem src, samples, eng, web, Directory.Build.props, Directory.Packages.props, global.json -Recurse -File |" ^
    "Where-Object { $_.LastWriteTimeUtc -gt $built -and $_.FullName -notmatch '\\(node_modules|dist|bin|obj)\\' } | Select-Object -First 1;" ^
    "if ($new) { exit 1 }"
if not errorlevel 1 goto run

set "page="
where npm >nul 2>nul
if errorlevel 1 (
    set "page=-p:EverturnSkipWeb=true"
    echo everturn: Node.js 20.19 or newer with npm is not on the PATH: the page is left out.>&2
)
echo Building Everturn (once, and when its sources change); the first time takes a minute or more>&2
dotnet build "%root%src\Everturn.Cli\Everturn.Cli.csproj" -c Release -nologo -v quiet -nodeReuse:false %page% 1>&2
if errorlevel 1 (
    echo everturn: the build failed; its output is above.>&2
    exit /b 1
)
type nul > "%stamp%"

:run
dotnet "%tool%" %*
exit /b %errorlevel%
