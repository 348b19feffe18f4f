package io.lighter.images.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final Descriptor CONFIG = new Descriptor(MediaTypes.OCI_CONFIG, DIGEST, 2);
  private static final Descriptor LAYER = new Descriptor(MediaTypes.OCI_LAYER_GZIP, DIGEST, 3);

  @Test
  void shouldReadTheConfigurationThatItWrote() {
    ContainerConfig container =
        ContainerConfig.EMPTY.with(
            draft -> {
              draft.user = "1:2";
              draft.exposedPorts = Set.of("80/tcp", "53/udp");
              draft.env = List.of("A=b");
              draft.entrypoint = List.of("e");
              draft.cmd = List.of("c");
              draft.volumes = Set.of("/v");
              draft.workingDir = "/w";
              draft.labels = Map.of("l", "m");
              draft.stopSignal = "INT";
              draft.stopTimeout = 3L;
              draft.shell = List.of("s");
              draft.onBuild = List.of("RUN x");
              draft.healthCheck = new HealthCheck(List.of("CMD", "x"), 1, 2, 3, 4, 5);
            });
    ImageConfig config =
        new ImageConfig(
            "2026-01-01T00:00:00Z",
            "me",
            Platform.parse("linux/arm/v6"),
            container,
            List.of(DIGEST),
            List.of(new History("2026-01-01T00:00:00Z", "by", "me", "why", true)));
    assertThat(ImageConfig.read(config.toBytes())).isEqualTo(config);
    assertThat(config.toBytes()).isEqualTo(ImageConfig.read(config.toBytes()).toBytes());
  }

  @Test
  void shouldReadWhatGoWritesOfNothing() {
    ImageConfig config =
        ImageConfig.read(
            """
            {"architecture":"amd64","config":{"Env":null,"Cmd":null,"Labels":null,"Volumes":null,
             "Healthcheck":null,"StopTimeout":null},"rootfs":{"type":"layers","diff_ids":null},
             "history":null,"container_config":{"Hostname":"x"}}
            """
                .getBytes(UTF_8));
    assertThat(config.config()).isEqualTo(ContainerConfig.EMPTY);
    assertThat(config.platform()).hasToString("linux/amd64");
    assertThat(config.diffIds()).isEmpty();
  }

  @Test
  void shouldComputeChainIds() {
    Digest one = Digest.of(new byte[] {1});
    Digest two = Digest.of(new byte[] {2});
    ImageConfig config =
        new ImageConfig(
            null, "", Platform.local(), ContainerConfig.EMPTY, List.of(one, two), List.of());
    assertThat(config.chainId(1)).isEqualTo(one);
    assertThat(config.chainId(2)).isEqualTo(Digest.of((one + " " + two).getBytes(UTF_8)));
  }

  @Test
  void shouldReadTheManifestAndTheIndexThatItWrote() {
    ImageManifest manifest = ImageManifest.of(MediaTypes.OCI_MANIFEST, CONFIG, List.of(LAYER));
    assertThat(ImageManifest.read(null, manifest.toBytes())).isEqualTo(manifest);
    assertThat(ImageManifest.read(MediaTypes.OCI_MANIFEST + "; charset=utf-8", manifest.toBytes()))
        .isEqualTo(manifest);
    ImageIndex index =
        ImageIndex.of(
            List.of(
                CONFIG
                    .withPlatform(Platform.parse("linux/arm/v7"))
                    .withAnnotations(Map.of("a", "b"))));
    assertThat(ImageIndex.read(null, index.toBytes())).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{} | schemaVersion must be 2",
        "[] | must be an object",
        "nonsense | is no JSON",
        "{\"schemaVersion\":1} | schema 1, which is obsolete",
        "{\"schemaVersion\":2} | config is missing",
        "{\"schemaVersion\":2,\"config\":[]} | config must be an object",
        "{\"schemaVersion\":2,\"manifests\":[]} | is an index",
        "{\"schemaVersion\":2,\"mediaType\":\"a/b\"} | a/b is not known",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"x\",\"size\":1}} | is no digest",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:00\",\"size\":1}} | must have 64"
            + " digits",
        "{\"schemaVersion\":2,\"config\":{}} | digest is missing"
      })
  void shouldSayWhatIsWrongWithAManifest(String json, String reason) {
    assertThatThrownBy(() -> ImageManifest.read(null, json.strip().getBytes(UTF_8)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(reason.strip());
  }

  @Test
  void shouldRefuseWhatTwoReadersWouldReadDifferently() {
    String both =
        new String(ImageManifest.of(MediaTypes.OCI_MANIFEST, CONFIG, List.of()).toBytes(), UTF_8)
            .replaceFirst("}$", ",\"manifests\":[]}");
    assertThatThrownBy(() -> ImageManifest.read(MediaTypes.OCI_MANIFEST, both.getBytes(UTF_8)))
        .hasMessageContaining("must not be in the manifest of one image");
    assertThatThrownBy(() -> ImageManifest.read(MediaTypes.DOCKER_MANIFEST, both.getBytes(UTF_8)))
        .hasMessageContaining("and it came as");
  }

  @Test
  void shouldBoundLayersAndSizes() {
    ImageManifest many =
        ImageManifest.of(MediaTypes.OCI_MANIFEST, CONFIG, Collections.nCopies(501, LAYER));
    assertThatThrownBy(() -> ImageManifest.read(null, many.toBytes()))
        .hasMessageContaining("are 501, more than 500");
    assertThatThrownBy(() -> new Descriptor(MediaTypes.OCI_LAYER, DIGEST, -1))
        .hasMessageContaining("is negative");
  }
}
