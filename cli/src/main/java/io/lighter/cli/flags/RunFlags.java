package io.lighter.cli.flags;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import java.util.List;
import org.apache.commons.cli.Options;

/**
 * The flags of {@code lighter run}. Names, shorthands and kinds are those of {@code docker run}
 * 28.2, apart from the section "Source". Docker's other flags are in {@link DeferredFlags}.
 */
public final class RunFlags {
  private RunFlags() {}

  public static List<FlagSection> sections() {
    return List.of(
        source(), process(), mounts(), resources(), security(), namespaces(), logs(), lifecycle());
  }

  static Options options() {
    return FlagSection.options(sections());
  }

  private static FlagSection source() {
    return new FlagSection(
        "Source",
        List.of(
            valued("", "rootfs", "dir", "Run on top of this folder, which is never written"),
            valued("", "bundle", "dir", "Run the OCI bundle in this folder"),
            valued("", "pull", "string", "Fetch the image: always, missing (default) or never"),
            valued("", "platform", "string", "Platform of the image"),
            onOff("q", "quiet", "Do not show how the image is fetched")));
  }

  private static FlagSection process() {
    return new FlagSection(
        "Process",
        List.of(
            onOff("i", "interactive", "Keep standard input open"),
            onOff("t", "tty", "Give the process a terminal"),
            valued("e", "env", "list", "Set an environment variable; a bare name takes ours"),
            valued("", "env-file", "list", "Read environment variables from a file"),
            valued("w", "workdir", "string", "Working folder inside the container"),
            valued("u", "user", "string", "User and group: name|uid[:group|gid]"),
            valued("", "group-add", "list", "Join a further group"),
            valued("", "entrypoint", "string", "Command to put before the arguments"),
            onOff("", "sig-proxy", "Pass signals on to the process (default true)")));
  }

  private static FlagSection mounts() {
    return new FlagSection(
        "Files and devices",
        List.of(
            valued(
                "v",
                "volume",
                "list",
                "Bind a host path: source:target[:options]; target: a new folder"),
            valued("", "mount", "mount", "Attach a mount: type=bind|tmpfs,source=...,target=..."),
            valued("", "tmpfs", "list", "Mount a tmpfs: target[:options]"),
            valued("", "device", "list", "Add a host device: host[:container[:rwm]]"),
            valued("", "device-cgroup-rule", "list", "Allow devices: 'c|b|a major:minor rwm'"),
            onOff("", "read-only", "Make the root read-only"),
            valued("", "shm-size", "bytes", "Size of /dev/shm (default 64m)")));
  }

  private static FlagSection resources() {
    return new FlagSection(
        "Resources",
        List.of(
            valued("m", "memory", "bytes", "Memory limit"),
            valued("", "memory-swap", "bytes", "Memory plus swap; -1 for unlimited swap"),
            valued("", "memory-reservation", "bytes", "Memory soft limit"),
            valued("", "cpus", "decimal", "Number of CPUs"),
            valued("c", "cpu-shares", "int", "CPU shares, relative to others"),
            valued("", "cpu-period", "int", "CFS period in microseconds"),
            valued("", "cpu-quota", "int", "CFS quota in microseconds"),
            valued("", "cpuset-cpus", "string", "CPUs to run on (0-3, 0,1)"),
            valued("", "cpuset-mems", "string", "Memory nodes to use (0-3, 0,1)"),
            valued("", "pids-limit", "int", "Most processes; -1 for unlimited"),
            valued("", "oom-score-adj", "int", "OOM preference (-1000 to 1000)"),
            valued("", "ulimit", "ulimit", "Resource limit: name=soft[:hard]")));
  }

  private static FlagSection security() {
    return new FlagSection(
        "Security",
        List.of(
            valued("", "cap-add", "list", "Add a capability"),
            valued("", "cap-drop", "list", "Drop a capability"),
            onOff("", "privileged", "Lift the confinement: all capabilities, all devices"),
            valued("", "security-opt", "list", "Security option, such as no-new-privileges")));
  }

  private static FlagSection namespaces() {
    return new FlagSection(
        "Namespaces",
        List.of(
            valued("", "network", "network", "Network: none or host (default none)"),
            valued("", "net", "network", "The same as --network"),
            valued("h", "hostname", "string", "Host name of the container"),
            valued("", "domainname", "string", "NIS domain name of the container"),
            valued("", "ipc", "string", "IPC namespace: private, none or host"),
            valued("", "pid", "string", "PID namespace: host for the host's"),
            valued("", "uts", "string", "UTS namespace: host for the host's"),
            valued("", "cgroupns", "string", "Cgroup namespace: private or host"),
            valued("", "cgroup-parent", "string", "Parent cgroup"),
            valued("", "sysctl", "map", "Set a namespaced kernel parameter")));
  }

  private static FlagSection logs() {
    return new FlagSection(
        "Logs",
        List.of(
            valued("", "log-driver", "string", "Keep a log: native, json-file, syslog, ..."),
            valued("", "log-opt", "list", "Option of the log: name=value, such as path=FOLDER"),
            valued("l", "label", "list", "Set a label, for --log-opt labels=KEY")));
  }

  private static FlagSection lifecycle() {
    return new FlagSection(
        "Lifecycle",
        List.of(
            valued("", "name", "string", "Name of the container"),
            onOff("", "init", "Run an init that passes signals on and reaps processes"),
            onOff("", "rm", "Remove the container when it exits (always so, for now)"),
            valued("", "stop-signal", "string", "Signal that stops the container"),
            valued("", "stop-timeout", "int", "Seconds from the stop signal to the kill"),
            valued("", "annotation", "map", "Add an OCI annotation"),
            onOff("", "explain", "Print system calls and device filter; start nothing"),
            onOff("", "help", "Print this help")));
  }
}
