package io.lighter.runtime.spec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rules of where the container stands: its cgroup, cache classes, memory nodes and personality. */
final class AllocationRules {
  private AllocationRules() {}

  static void check(LinuxConfig linux, Problems problems) {
    cgroupsPath(linux.cgroupsPath(), problems);
    intelRdt(linux.intelRdt(), problems);
    memoryPolicy(linux.memoryPolicy(), problems);
    Personality personality = linux.personality();
    problems.require(
        personality == null || personality.flags().isEmpty(),
        "linux.personality.flags",
        "the specification defines no flags; remove them");
  }

  private static void cgroupsPath(@Nullable String path, Problems problems) {
    problems.requireNoNul(path, "linux.cgroupsPath");
    problems.require(
        path == null || !Arrays.asList(path.split("/", -1)).contains(".."),
        "linux.cgroupsPath",
        "\"" + path + "\" climbs by ..; name the cgroup from the top");
  }

  private static void intelRdt(@Nullable IntelRdt rdt, Problems problems) {
    if (rdt == null) {
      return;
    }
    String at = "linux.intelRdt.";
    String closId = rdt.closId();
    problems.require(
        closId == null
            || closId.equals("/")
            || !(closId.isEmpty()
                || closId.equals(".")
                || closId.equals("..")
                || closId.contains("/")),
        at + "closID",
        "\"" + closId + "\" is not the name of a folder, or / for the default class");
    String bandwidth = rdt.memBwSchema();
    problems.require(
        bandwidth == null || bandwidth.startsWith("MB:"),
        at + "memBwSchema",
        "expected MB:..., found \"" + bandwidth + "\"");
    oneLine(bandwidth, at + "memBwSchema", problems);
    for (int i = 0; i < rdt.schemata().size(); i++) {
      oneLine(rdt.schemata().get(i), at + "schemata[" + i + "]", problems);
    }
  }

  private static void oneLine(@Nullable String text, String path, Problems problems) {
    problems.require(
        text == null || text.indexOf('\n') < 0, path, "contains a line feed; one line each");
  }

  private static void memoryPolicy(@Nullable MemoryPolicy policy, Problems problems) {
    if (policy == null) {
      return;
    }
    String nodes = policy.nodes();
    problems.require(
        nodes == null || policy.mode().takesNodes(),
        "linux.memoryPolicy.nodes",
        policy.mode().term() + " takes no nodes; remove them");
    // Without nodes, MPOL_PREFERRED is the node of the CPU: set_mempolicy(2).
    problems.require(
        nodes != null
            || !policy.mode().takesNodes()
            || policy.mode() == MemoryPolicyMode.MPOL_PREFERRED,
        "linux.memoryPolicy.nodes",
        "is missing; " + policy.mode().term() + " needs a list of nodes such as 0-1");
    ProcessRules.numberList(nodes, "linux.memoryPolicy.nodes", problems);
  }
}
