package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against features-schema.json and features-linux.json of runtime-spec 1.3.0. */
class FeaturesViewTest {
  private static final Set<String> LINUX =
      Set.of(
          "namespaces",
          "capabilities",
          "cgroup",
          "seccomp",
          "apparmor",
          "selinux",
          "intelRdt",
          "memoryPolicy",
          "mountExtensions",
          "netDevices");

  private static JsonNode features() throws IOException {
    return new ObjectMapper().readTree(FeaturesView.json());
  }

  @Test
  void shouldHaveTheFieldsOfTheSchema() throws IOException {
    JsonNode features = features();

    assertThat(features.fieldNames())
        .toIterable()
        .containsExactly("ociVersionMin", "ociVersionMax", "hooks", "mountOptions", "linux");
    assertThat(features.get("ociVersionMin").textValue()).matches("1\\.\\d+\\.\\d+");
    assertThat(features.get("ociVersionMax").textValue()).isEqualTo("1.3.0");
    assertThat(features.get("linux").fieldNames()).toIterable().isSubsetOf(LINUX);
  }

  @Test
  void shouldUseTheWordsOfTheSchema() throws IOException {
    JsonNode linux = features().get("linux");

    assertThat(texts(linux.get("namespaces")))
        .containsExactlyInAnyOrder(
            "pid", "network", "uts", "mount", "ipc", "user", "cgroup", "time");
    assertThat(texts(linux.get("capabilities")))
        .contains("CAP_CHECKPOINT_RESTORE")
        .allMatch(c -> c.matches("CAP_[A-Z_]+"));
    assertThat(texts(linux.at("/seccomp/actions")))
        .contains("SCMP_ACT_ERRNO")
        .allMatch(a -> a.startsWith("SCMP_ACT_"));
    assertThat(texts(linux.at("/seccomp/operators"))).hasSize(7).contains("SCMP_CMP_MASKED_EQ");
    assertThat(texts(linux.at("/seccomp/archs"))).allMatch(a -> a.startsWith("SCMP_ARCH_"));
    assertThat(texts(linux.at("/seccomp/knownFlags")))
        .containsAll(texts(linux.at("/seccomp/supportedFlags")))
        .contains("SECCOMP_FILTER_FLAG_LOG");
  }

  @Test
  void shouldTellTheTruth() throws IOException {
    JsonNode features = features();

    assertThat(texts(features.get("mountOptions")))
        .contains("rro", "rbind", "nosymfollow", "rprivate", "ro")
        .isSorted();
    assertThat(features.at("/linux/cgroup").toString())
        .isEqualTo(
            "{\"v1\":false,\"v2\":true,\"systemd\":true,\"systemdUser\":true,\"rdma\":true}");
    for (String name : List.of("apparmor", "selinux", "intelRdt", "netDevices")) {
      assertThat(features.at("/linux/" + name + "/enabled").isBoolean()).as(name).isTrue();
    }
    assertThat(features.at("/linux/mountExtensions/idmap/enabled").isBoolean()).isTrue();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
