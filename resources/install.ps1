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

# Before the place changes: a Python may be named from the folder where one is.
$named = $env:PYTHON
if ($named -and (Test-Path -LiteralPath $named -PathType Leaf)) {
    $named = (Resolve-Path -LiteralPath $named).ProviderPath
}
Set-Location -LiteralPath (Split-Path -Parent $PSScriptRoot)

function Say([string] $Text) { Write-Host "`n$Text" }
function Fail([string] $Text) { Write-Host "`ninstall.ps1: $Text" -ForegroundColor Red; exit 1 }

# A program's own exit code tells whether it worked. Windows PowerShell takes each line on its stderr for an error, so it
# must not stop there.
function Test-Run([string] $Program, [string[]] $Arguments) {
    $ErrorActionPreference = 'Continue'
    try { & $Program @Arguments *> $null } catch { return $false }
    return $LASTEXITCODE -eq 0
}
# What the program writes goes to the console as it is: captured, or through a pipe, pip would show no progress.
function Invoke-Run([string] $Program, [string[]] $Arguments, [string] $Complaint) {
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = 1  # stays so where there is no such program
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0 -and $Complaint) { Fail $Complaint }
}

# Who calls this looks again afterwards: winget's exit code is not 0 either where all is there, or a restart is wanted.
function Install-WithWinget([string] $Package, [string] $Name) {
    if (-not (Get-Command winget -ErrorAction SilentlyContinue)) {
        Fail "this system lacks $Name, and has no winget to install it. Please install it by hand, then run this again."
    }
    Say "The system lacks ${Name}: winget installs it."
    $agreed = @('--accept-source-agreements', '--accept-package-agreements')
    Invoke-Run 'winget' (@('install', '--exact', '--id', $Package, '--source', 'winget') + $agreed) ''
}

# --- Python 3.11 or newer, for 64 bit: there is no torch for 32 --------------------------------------------------------

# No double quotes in here: Windows PowerShell does not hand them on.
$newEnough = 'import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)'

# The program and its options. Not the path behind them: letters beyond ASCII, as in a user's name, would not survive the
# way through Python's output and the console's code page.
function Find-Python {
    $candidates = @()
    if ($named) {
        $candidates += , @($named)
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
        if (Test-Run $candidate[0] ($options + @('-c', $newEnough))) { return $candidate }
    }
}

Say '1/4  Python'
$python = @(Find-Python)
if ($python.Count -eq 0) {
    if ($named) { Fail "$named is no Python 3.11 or newer for 64 bit." }
    Install-WithWinget 'Python.Python.3.12' 'Python 3.11 or newer'
    $python = @(Find-Python)
    if ($python.Count -eq 0) {
        Fail 'no Python 3.11 or newer is found. If it was just installed, open a new console and run this again.'
    }
}
$program = $python[0]
$options = @($python | Select-Object -Skip 1)
Write-Host "$python"
Invoke-Run $program ($options + @('--version')) ''

# --- what torch needs of Windows ---------------------------------------------------------------------------------------

Say '2/4  Libraries of the system'
# A PowerShell for 32 bit is shown the libraries for 32 bit under the usual name.
$is32 = [Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess
$system = Join-Path $env:SystemRoot $(if ($is32) { 'Sysnative' } else { 'System32' })
function Get-MissingLibrary {
    'vcruntime140.dll', 'vcruntime140_1.dll', 'msvcp140.dll' | Where-Object { -not (Test-Path (Join-Path $system $_)) }
}
if (Get-MissingLibrary) {
    Install-WithWinget 'Microsoft.VCRedist.2015+.x64' "Microsoft's Visual C++ libraries"
    if (Get-MissingLibrary) {
        Fail "Microsoft's Visual C++ libraries could not be installed. Please do that by hand, then run this again."
    }
}
Write-Host 'looked for, and there'

# --- the environment ---------------------------------------------------------------------------------------------------

Say '3/4  Packages of Python'
$inside = '.venv\Scripts\python.exe'
if (-not (Test-Run $inside @('-c', $newEnough)) -or -not (Test-Run $inside @('-m', 'pip', '--version'))) {
    Invoke-Run $program ($options + @('-m', 'venv', '--clear', '.venv')) 'the environment .venv could not be made.'
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
Set-Content -LiteralPath $script -Value $list -Encoding Ascii
$extras = @(); if ($Extra) { $extras = @($Extra.ToLower()) }
Invoke-Run $inside (@($script, $wanted) + $extras) 'pyproject.toml could not be read.'

$pip = @('-m', 'pip', '--disable-pip-version-check')
$kept = @('--no-index', '--find-links', $wheels, '-c', 'constraints.txt', '-r', $wanted)
# The torch of PyPI is the small build for the CPU on Windows, so nothing need be chosen here.
if (Test-Run $inside ($pip + @('install', '-q') + $kept)) {
    Write-Host 'all there, or kept from an earlier time'
} else {
    $download = @('download', '-d', $wheels, '--find-links', $wheels, '-c', 'constraints.txt', '-r', $wanted)
    $complaint = 'some packages could not be downloaded (the lines above say which). Is there a network? ' +
        'What came is kept: run this again.'
    Invoke-Run $inside ($pip + $download) $complaint
    Invoke-Run $inside ($pip + @('install', '-q') + $kept) 'the packages could not be installed (the lines above say why).'
}

# --- the program -------------------------------------------------------------------------------------------------------

Say '4/4  Network Designer'
$itself = @('install', '-q', '--no-index', '--no-deps', '--no-build-isolation', '--force-reinstall')
if ($Extra) { $itself += '-e' }
Invoke-Run $inside ($pip + $itself + @('.')) 'the program itself could not be installed.'
Invoke-Run '.venv\Scripts\designer.exe' @('--version') 'the program does not start (the lines above say why).'
