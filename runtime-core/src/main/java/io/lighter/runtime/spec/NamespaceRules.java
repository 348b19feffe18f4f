package io.lighter.runtime.spec;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules of the namespaces and of what only makes sense inside one. */
final class NamespaceRules {
  // __NEW_UTS_LEN of linux/utsname.h
  private static final int LONGEST_NAME = 64;
  // IFNAMSIZ less the NUL; what dev_valid_name() of the kernel refuses
  private static final Pattern DEVICE_NAME = Pattern.compile("(?!\\.{1,2}$)[^/:\\s]{1,15}");

  private NamespaceRules() {}

  static void check(Spec spec, Problems problems) {
    LinuxConfig linux = spec.linuxOrEmpty();
    namespaces(linux.namespaces(), problems);
    name(spec.hostname(), "hostname", linux, problems);
    name(spec.domainname(), "domainname", linux, problems);
    userNamespace(linux, problems);
    problems.require(
        linux.timeOffsets().isEmpty() || linux.createsNamespace(NamespaceType.TIME),
        "linux.timeOffsets",
        "clocks are shifted in a new time namespace only; add {\"type\": \"time\"} without a path"
            + " to linux.namespaces");
    netDevices(linux, problems);
  }

  private static void namespaces(List<Namespace> namespaces, Problems problems) {
    Set<NamespaceType> seen = EnumSet.noneOf(NamespaceType.class);
    for (int i = 0; i < namespaces.size(); i++) {
      Namespace namespace = namespaces.get(i);
      String at = "linux.namespaces[" + i + "]";
      problems.require(
          seen.add(namespace.type()),
          at + ".type",
          namespace.type().term() + " stands twice; remove one of the two");
      problems.requireAbsolute(namespace.path(), at + ".path");
    }
  }

  private static void name(
      @Nullable String name, String path, LinuxConfig linux, Problems problems) {
    if (name == null) {
      return;
    }
    problems.require(
        linux.hasNamespace(NamespaceType.UTS),
        path,
        "would change the host's; add {\"type\": \"uts\"} to linux.namespaces");
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    problems.require(
        length <= LONGEST_NAME, path, "is longer than " + LONGEST_NAME + " bytes: " + length);
    problems.requireNoNul(name, path);
  }

  private static void userNamespace(LinuxConfig linux, Problems problems) {
    boolean mapped = !linux.uidMappings().isEmpty() || !linux.gidMappings().isEmpty();
    problems.require(
        !mapped || linux.hasNamespace(NamespaceType.USER),
        linux.uidMappings().isEmpty() ? "linux.gidMappings" : "linux.uidMappings",
        "needs a user namespace; add {\"type\": \"user\"} to linux.namespaces");
    if (linux.createsNamespace(NamespaceType.USER)) {
      needsMapping(linux.uidMappings(), "linux.uidMappings", problems);
      needsMapping(linux.gidMappings(), "linux.gidMappings", problems);
    }
    IdMappingRules.check(linux.uidMappings(), "linux.uidMappings", problems);
    IdMappingRules.check(linux.gidMappings(), "linux.gidMappings", problems);
  }

  private static void needsMapping(List<IdMapping> mappings, String path, Problems problems) {
    problems.require(
        !mappings.isEmpty(), path, "a new user namespace needs at least one range of ids");
  }

  private static void netDevices(LinuxConfig linux, Problems problems) {
    problems.require(
        linux.netDevices().isEmpty() || linux.hasNamespace(NamespaceType.NETWORK),
        "linux.netDevices",
        "needs a network namespace; add {\"type\": \"network\"} to linux.namespaces");
    linux
        .netDevices()
        .forEach(
            (host, device) -> {
              String at = "linux.netDevices[\"" + host + "\"]";
              deviceName(host, at, problems);
              deviceName(device.name(), at + ".name", problems);
            });
  }

  private static void deviceName(@Nullable String name, String path, Problems problems) {
    problems.require(
        name == null || DEVICE_NAME.matcher(name).matches(),
        path,
        "\"" + name + "\" is not the name of a network device: 1 to 15 characters without / and :");
  }
}
