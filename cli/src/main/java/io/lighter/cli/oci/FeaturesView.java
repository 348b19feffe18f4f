package io.lighter.cli.oci;

import io.lighter.linux.Architecture;
import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.launch.SupportedFeatures;
import io.lighter.runtime.seccomp.SeccompCompiler;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.MemoryPolicyFlag;
import io.lighter.runtime.spec.MemoryPolicyMode;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.Term;
import java.util.Arrays;
import java.util.List;

/**
 * {@code features}: runtime-spec 1.3.0, features.md and features-linux.md. What the runtime does,
 * whether or not this host has it.
 */
final class FeaturesView {
  private static final List<String> HOOKS =
      List.of(
          "prestart",
          "createRuntime",
          "createContainer",
          "startContainer",
          "poststart",
          "poststop");

  private FeaturesView() {}

  static String json() {
    JsonText json = JsonText.indented();
    json.beginObject()
        .field("ociVersionMin", "1.0.0")
        .field("ociVersionMax", Spec.VERSION)
        .strings("hooks", HOOKS)
        .strings("mountOptions", SupportedFeatures.mountOptions());
    linux(json.name("linux").beginObject());
    return json.end().end().toString();
  }

  private static void linux(JsonText json) {
    json.strings("namespaces", terms(NamespaceType.values()))
        .strings("capabilities", terms(Capability.values()));
    json.name("cgroup")
        .beginObject()
        .field("v1", false)
        .field("v2", true)
        .field("systemd", true)
        .field("systemdUser", true)
        .field("rdma", true)
        .end();
    seccomp(json.name("seccomp").beginObject());
    json.end();
    enabled(json.name("apparmor"), true);
    enabled(json.name("selinux"), true);
    json.name("intelRdt")
        .beginObject()
        .field("enabled", true)
        .field("schemata", true)
        .field("monitoring", true)
        .end();
    json.name("memoryPolicy")
        .beginObject()
        .strings("modes", terms(MemoryPolicyMode.values()))
        .strings("flags", terms(MemoryPolicyFlag.values()))
        .end();
    json.name("mountExtensions").beginObject();
    enabled(json.name("idmap"), true);
    json.end();
    enabled(json.name("netDevices"), true);
  }

  private static void seccomp(JsonText json) {
    List<String> flags = terms(SeccompFlag.values());
    json.field("enabled", true)
        .strings("actions", terms(SeccompAction.values()))
        .strings("operators", terms(SeccompOperator.values()))
        .strings(
            "archs",
            SeccompCompiler.architectures(Architecture.current()).stream().map(Term::term).toList())
        .strings("knownFlags", flags)
        .strings("supportedFlags", flags);
  }

  private static void enabled(JsonText json, boolean enabled) {
    json.beginObject().field("enabled", enabled).end();
  }

  private static List<String> terms(Term... vocabulary) {
    return Arrays.stream(vocabulary).map(Term::term).toList();
  }
}
