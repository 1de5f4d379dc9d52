# Installs Network Designer into .venv, beside the code:
#
#   powershell -ExecutionPolicy Bypass -File resources\install.ps1        what the program needs
#   powershell -ExecutionPolicy Bypass -File resources\install.ps1 dev    what working on it and its tests need, too
#
# It finds Python, installs what the system lacks by winget, and keeps what it downloads, so that it can be run again at
# any time, after an update of the code or without a network.
#
#   $env:PYTHON             a Python to use instead of the one that is found
#   $env:DESIGNER_WHEELS    where downloads are kept, instead of the user's cache
param([ValidateSet('', 'dev')] [string] $Extra = '')

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')

function Say([string] $Text) { Write-Host "`n$Text" }
function Fail([string] $Text) { Write-Host "`ninstall.ps1: $Text" -ForegroundColor Red; exit 1 }

# A program's own exit code tells whether it worked. Windows PowerShell takes each line on its stderr for an error, so it
# must not stop there.
function Test-Run([string] $Program, [string[]] $Arguments) {
    $ErrorActionPreference = 'Continue'
    try { & $Program @Arguments *> $null } catch { return $false }
    return $LASTEXITCODE -eq 0
}
function Invoke-Run([string] $Program, [string[]] $Arguments) {
    $ErrorActionPreference = 'Continue'
    & $Program @Arguments | Out-Host
    return $LASTEXITCODE -eq 0
}

function Install-WithWinget([string] $Package, [string] $Name) {
    if (-not (Get-Command winget -ErrorAction SilentlyContinue)) {
        Fail "this system lacks $Name, and has no winget to install it. Please install it by hand, then run this again."
    }
    Say "The system lacks ${Name}: winget installs it."
    $agreed = @('--accept-source-agreements', '--accept-package-agreements')
    if (-not (Invoke-Run 'winget' (@('install', '--exact', '--id', $Package) + $agreed))) {
        Fail "winget could not install $Name. Please install it by hand, then run this again."
    }
}

# --- Python 3.11 or newer, for 64 bit: there is no torch for 32 --------------------------------------------------------

# No double quotes in here: Windows PowerShell does not hand them on.
$newEnough = 'import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)'

function Find-Python {
    $candidates = @()
    if ($env:PYTHON) {
        $candidates += , @($env:PYTHON)
    } else {
        foreach ($version in '3.13', '3.12', '3.11', '3.14') { $candidates += , @('py', "-$version") }
        $candidates += , @('python')
        $candidates += , @('python3')
        # Where winget puts it, as this console's PATH is older than the installation.
        foreach ($folder in 'Python313', 'Python312', 'Python311') {
            $candidates += , @((Join-Path $env:LOCALAPPDATA "Programs\Python\$folder\python.exe"))
        }
    }
    foreach ($candidate in $candidates) {
        $options = @($candidate | Select-Object -Skip 1)
        if (Test-Run $candidate[0] ($options + @('-c', $newEnough))) {
            # The whole path, since py is a launcher and not the Python itself.
            return & $candidate[0] @options -c 'import sys; print(sys.executable)'
        }
    }
    return $null
}

Say '1/4  Python'
$python = Find-Python
if (-not $python) {
    if ($env:PYTHON) { Fail "$env:PYTHON is no Python 3.11 or newer for 64 bit." }
    Install-WithWinget 'Python.Python.3.12' 'Python 3.11 or newer'
    $python = Find-Python
    if (-not $python) { Fail 'Python was installed, but is not found yet: please open a new console and run this again.' }
}
Write-Host $python

# --- what torch needs of Windows ---------------------------------------------------------------------------------------

Say '2/4  Libraries of the system'
$system = Join-Path $env:SystemRoot 'System32'
$runtime = @('vcruntime140.dll', 'vcruntime140_1.dll', 'msvcp140.dll')
if ($runtime | Where-Object { -not (Test-Path (Join-Path $system $_)) }) {
    Install-WithWinget 'Microsoft.VCRedist.2015+.x64' "Microsoft's Visual C++ libraries"
}
Write-Host 'looked for, and there'

# --- the environment ---------------------------------------------------------------------------------------------------

Say '3/4  Packages of Python'
$inside = '.venv\Scripts\python.exe'
if (-not (Test-Run $inside @('-c', $newEnough)) -or -not (Test-Run $inside @('-m', 'pip', '--version'))) {
    if (-not (Invoke-Run $python @('-m', 'venv', '--clear', '.venv'))) { Fail 'the environment .venv could not be made.' }
}

$wheels = $env:DESIGNER_WHEELS
if (-not $wheels) { $wheels = Join-Path $env:LOCALAPPDATA 'network-designer\wheels' }
New-Item -ItemType Directory -Force $wheels | Out-Null

$list = @'
import sys
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
more = [line for extra in sys.argv[2:] for line in project["project"]["optional-dependencies"][extra]]
lines = [*project["project"]["dependencies"], *more, *project["build-system"]["requires"], "editables"]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("\n".join(lines))
'@
$wanted = '.venv\requirements.txt'
$script = '.venv\list_requirements.py'
Set-Content -Path $script -Value $list -Encoding Ascii
$extras = @(); if ($Extra) { $extras = @($Extra) }
if (-not (Invoke-Run $inside (@($script, $wanted) + $extras))) { Fail 'pyproject.toml could not be read.' }

$pip = @('-m', 'pip', '--disable-pip-version-check')
$kept = @('--no-index', '--find-links', $wheels, '-c', 'constraints.txt', '-r', $wanted)
# The torch of PyPI is the small build for the CPU on Windows, so nothing need be chosen here.
if (Test-Run $inside ($pip + @('install', '-q') + $kept)) {
    Write-Host 'all there, or kept from an earlier time'
} else {
    $download = @('download', '-d', $wheels, '--find-links', $wheels, '-c', 'constraints.txt', '-r', $wanted)
    if (-not (Invoke-Run $inside ($pip + $download))) {
        Fail 'some packages could not be downloaded (the lines above say which). Is there a network? What came is kept: run this again.'
    }
    if (-not (Invoke-Run $inside ($pip + @('install', '-q') + $kept))) {
        Fail 'the packages could not be installed (the lines above say why).'
    }
}

# --- the program -------------------------------------------------------------------------------------------------------

Say '4/4  Network Designer'
$itself = @('install', '-q', '--no-index', '--no-deps', '--no-build-isolation', '--force-reinstall')
if ($Extra) { $itself += '-e' }
if (-not (Invoke-Run $inside ($pip + $itself + @('.')))) { Fail 'the program itself could not be installed.' }
if (-not (Invoke-Run '.venv\Scripts\designer.exe' @('--version'))) { Fail 'the program does not start (the lines above say why).' }
