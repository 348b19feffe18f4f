package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of what is about a manifest, which come in pages. */
class ReferrersTest {
  private static final Pattern NEXT = Pattern.compile("<(/[^>]+)>; rel=\"next\"");
  private static final String SBOM = "application/vnd.example.sbom+json";
  private static final String SIGNATURE = "application/vnd.example.signature";

  @TempDir private Path folder;
  private RegistryServer server;
  private Registries registries;
  private RawClient client;
  private Digest subject;

  @BeforeEach
  void start() throws IOException {
    server = Servers.start(Servers.options(folder.resolve("registry")));
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
    client = new RawClient(server.address());
    subject = Servers.push(app(), "v1", Servers.content(100, 1)).digest();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    registries.close();
    server.close();
  }

  private RemoteRepository at(RegistryServer registry) {
    return registries.registry(Servers.domain(registry)).repository("app");
  }

  private RemoteRepository app() {
    return at(server);
  }

  private Digest refer(String type, String note) {
    Descriptor config = Servers.upload(app(), type, new byte[] {'{', '}'});
    ImageManifest manifest =
        new ImageManifest(
            MediaTypes.OCI_MANIFEST,
            config,
            List.of(Servers.upload(app(), "text/plain", Servers.content(10, 2))),
            Map.of("note", note),
            new Descriptor(MediaTypes.OCI_MANIFEST, subject, 1),
            null);
    RemoteManifest sent = RemoteManifest.of(MediaTypes.OCI_MANIFEST, manifest.toBytes());
    app().put(sent.digest().toString(), sent);
    return sent.digest();
  }

  private List<Digest> refer(String type, int count) {
    List<Digest> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(refer(type, "number " + i));
    }
    all.sort(Comparator.comparing(Digest::hex));
    return all;
  }

  private static List<Digest> digests(RawClient.Answer page) {
    return Fields.read("the page", page.body().getBytes(StandardCharsets.UTF_8))
        .objects("manifests", Descriptors::read)
        .stream()
        .map(Descriptor::digest)
        .toList();
  }

  /** Follows the links from a page to the last one. */
  private List<RawClient.Answer> pages(String first) throws IOException {
    List<RawClient.Answer> pages = new ArrayList<>();
    String path = first;
    while (!path.isEmpty()) {
      RawClient.Answer page = client.ask("GET", path, "");
      assertThat(page.status()).as(page.body()).isEqualTo(200);
      pages.add(page);
      Matcher next = NEXT.matcher(page.header("Link"));
      path = next.matches() ? next.group(1) : "";
    }
    return pages;
  }

  @Test
  void shouldGiveEachReferrerOnOnePage() throws IOException {
    List<Digest> all = refer(SBOM, 7);
    List<RawClient.Answer> pages = pages("/v2/app/referrers/" + subject + "?n=3");
    assertThat(pages).hasSize(3);
    assertThat(pages).allMatch(page -> page.header("Content-Type").equals(MediaTypes.OCI_INDEX));
    assertThat(pages).allMatch(page -> page.header("OCI-Filters-Applied").isEmpty());
    assertThat(pages.stream().flatMap(page -> digests(page).stream())).isEqualTo(all);
    assertThat(pages("/v2/app/referrers/" + subject + "?n=7")).as("none is empty").hasSize(1);
  }

  @Test
  void shouldFilterOnEveryPage() throws IOException {
    List<Digest> wanted = refer(SBOM, 5);
    refer(SIGNATURE, 5);
    List<RawClient.Answer> pages =
        pages(
            "/v2/app/referrers/"
                + subject
                + "?artifactType=application%2Fvnd.example.sbom%2Bjson&n=2");
    assertThat(pages).hasSize(3);
    assertThat(pages)
        .allMatch(page -> page.header("OCI-Filters-Applied").equals("artifactType"))
        .allMatch(page -> digests(page).size() <= 2);
    assertThat(pages.stream().flatMap(page -> digests(page).stream())).isEqualTo(wanted);
  }

  @Test
  void shouldEndAPageBeforeItIsTooLarge() throws IOException {
    List<Digest> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(refer(SBOM, i + "x".repeat(1_500_000)));
    }
    List<RawClient.Answer> pages = pages("/v2/app/referrers/" + subject);
    assertThat(pages).hasSize(3).allMatch(page -> page.body().length() <= 4 << 20);
    assertThat(app().referrers(subject, null))
        .as("our client follows the links")
        .extracting(Descriptor::digest)
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(app().referrers(subject, SBOM)).hasSize(5);
    assertThat(app().referrers(subject, SIGNATURE)).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoPlaceToGoOn() throws IOException {
    RawClient.Answer answer =
        client.ask("GET", "/v2/app/referrers/" + subject + "?last=../../etc", "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("PAGINATION_NUMBER_INVALID");
    assertThat(client.ask("GET", "/v2/app/referrers/" + subject + "?n=-1", "").status())
        .isEqualTo(400);
    RawClient.Answer none = client.ask("GET", "/v2/app/referrers/" + subject + "?n=0", "");
    assertThat(digests(none)).isEmpty();
    assertThat(none.header("Link")).isEmpty();
  }

  @Test
  void shouldGiveThoseOfTheOriginAtAMirror() throws IOException {
    List<Digest> all = refer(SBOM, 4);
    RegistryOptions.Origin origin = Servers.origin(server);
    try (RegistryServer mirror =
        Servers.start(Servers.options(folder.resolve("mirror")).withMirror(origin))) {
      assertThat(at(mirror).referrers(subject, SBOM)).extracting(Descriptor::digest).isEqualTo(all);
      assertThat(at(mirror).manifest(all.getFirst().toString()).digest()).isEqualTo(all.getFirst());
      server.close();
      assertThat(at(mirror).referrers(subject, null))
          .as("what is here while the origin is away")
          .extracting(Descriptor::digest)
          .containsExactly(all.getFirst());
    }
  }
}
