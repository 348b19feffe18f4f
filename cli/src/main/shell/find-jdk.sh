# find_jdk: sets JDK to the home of a JDK 25 and JDK_BUILD to the name of its build, or says on stderr
# how to get one and returns 1.
# Sourced by the launcher, the test command and the test kernel. Starts no process where it can be
# helped: the launcher's own time counts.

is_jdk_25() {
  # A folder with a release file and no run image is not a JDK: the test kernel's is such a one.
  [ -x "$1/bin/java" ] && [ -f "$1/lib/modules" ] && [ -r "$1/release" ] || return 1
  JDK_BUILD=unknown
  while IFS='=' read -r key value; do
    case $key=$value in
      JAVA_RUNTIME_VERSION=*) JDK_BUILD=${value#?} JDK_BUILD=${JDK_BUILD%?} ;;
      JAVA_VERSION=\"25[\".+-]*) return 0 ;;
      JAVA_VERSION=*) return 1 ;;
    esac
  done <"$1/release"
  return 1
}

find_jdk() {
  if [ -n "${LIGHTER_JAVA_HOME-}" ]; then
    JDK=$LIGHTER_JAVA_HOME
    is_jdk_25 "$JDK" && return 0
    echo "lighter: LIGHTER_JAVA_HOME=$JDK is not a JDK 25: correct it, or unset it to have one looked for" >&2
    return 1
  fi
  for JDK in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/*25*; do
    is_jdk_25 "$JDK" && return 0
  done
  if JDK=$(command -v java) && JDK=$(readlink -f "$JDK"); then
    JDK=${JDK%/bin/java}
    is_jdk_25 "$JDK" && return 0
  fi
  cat >&2 <<'END'
lighter: no JDK 25 found: looked at LIGHTER_JAVA_HOME, JAVA_HOME, /usr/lib/jvm/*25* and the java in PATH.
Install Eclipse Temurin 25 (https://adoptium.net/temurin/releases/?version=25, package temurin-25-jdk of its
apt repository) or, where the distribution has it, openjdk-25-jdk; or set LIGHTER_JAVA_HOME to one.
END
  return 1
}
