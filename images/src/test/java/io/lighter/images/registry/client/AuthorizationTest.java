package io.lighter.images.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Digest;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.images.registry.credentials.Credential;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to whom, so that a registry believes who we are and nobody else can. */
class AuthorizationTest {
  private static final Credential MIA = new Credential.Password("mia", "s3cret");

  private RawServer server;
  private RawServer other;
  private @Nullable Registries registries;
  private Supplier<byte[]> token =
      () -> RawServer.answer(200, "{\"token\":\"t1\",\"expires_in\":300}");
  private String accepted = "Bearer t1";

  @BeforeEach
  void start() throws IOException {
    server = new RawServer(this::answer);
    other =
        new RawServer((head, out) -> out.write(RawServer.answer(200, "{\"tags\":[\"there\"]}")));
  }

  @AfterEach
  void stop() throws IOException {
    if (registries != null) {
      registries.close();
    }
    server.close();
    other.close();
  }

  private void answer(RawServer.Head head, OutputStream out) throws IOException {
    if (head.path().startsWith("/token")) {
      out.write(token.get());
    } else if (!head.header("Authorization").equals(accepted)) {
      out.write(
          RawServer.answer(
              401,
              "",
              "WWW-Authenticate: Bearer realm=\"http://%s/token\",service=\"a, b\",scope=\"repository:app:pull\""
                  .formatted(server.domain())));
    } else if (head.path().startsWith("/v2/away/")) {
      out.write(RawServer.answer(307, "", "Location: http://" + other.domain() + "/tags"));
    } else {
      out.write(RawServer.answer(200, "{\"tags\":[\"1\"]}"));
    }
  }

  private RemoteRepository repository(String path, @Nullable Credential credential) {
    Registries opened = Registries.open(Clients.quick(domain -> credential));
    registries = opened;
    return opened.registry(server.domain()).repository(path);
  }

  private List<RawServer.Head> tokenRequests() {
    return server.requests().stream().filter(head -> head.path().startsWith("/token")).toList();
  }

  @Test
  void shouldGetOneTokenForAScope() {
    RemoteRepository app = repository("app", MIA);
    assertThat(app.tags()).containsExactly("1");
    assertThat(app.tags()).containsExactly("1");
    assertThat(tokenRequests()).hasSize(1);
    RawServer.Head request = tokenRequests().getFirst();
    assertThat(request.path())
        .isEqualTo("/token?service=a%2C+b&scope=repository%3Aapp%3Apull&account=mia");
    assertThat(request.header("Authorization")).isEqualTo("Basic bWlhOnMzY3JldA==");
  }

  @Test
  void shouldAskAnonymouslyWithoutCredentials() {
    repository("app", null).tags();
    assertThat(tokenRequests().getFirst().header("Authorization")).isEmpty();
  }

  @Test
  void shouldRenewATokenThatIsNotTakenAnyMore() {
    RemoteRepository app = repository("app", MIA);
    app.tags();
    accepted = "Bearer t2";
    token = () -> RawServer.answer(200, "{\"access_token\":\"t2\"}");
    assertThat(app.tags()).containsExactly("1");
    assertThat(tokenRequests()).hasSize(2);
  }

  @Test
  void shouldChangeAnIdentityTokenByOauth() {
    repository("app", new Credential.IdentityToken("mia", "r&1")).tags();
    RawServer.Head request = tokenRequests().getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "grant_type=refresh_token&refresh_token=r%261&service=a%2C+b&client_id=lighter"
                + "&scope=repository%3Aapp%3Apull");
    assertThat(request.header("Authorization")).isEmpty();
  }

  @Test
  void shouldSendARegistryTokenAsItIs() {
    repository("app", new Credential.RegistryToken("t1")).tags();
    assertThat(tokenRequests()).isEmpty();
  }

  @Test
  void shouldDropCredentialsWhereItIsRedirected() {
    assertThat(repository("away", MIA).tags()).containsExactly("there");
    assertThat(other.requests()).hasSize(1);
    assertThat(other.requests().getFirst().headers()).doesNotContainKey("authorization");
  }

  @Test
  void shouldNotSendConfiguredHeadersWhereItIsRedirected() {
    Registries opened =
        Registries.open(Clients.quick(domain -> MIA).withHeaders(Map.of("X-Secret", "yes")));
    registries = opened;
    opened.registry(server.domain()).repository("away").tags();
    assertThat(server.requests().getLast().header("X-Secret")).isEqualTo("yes");
    assertThat(other.requests().getFirst().headers()).doesNotContainKey("x-secret");
  }

  @Test
  void shouldSayThatThePasswordIsWrong() {
    token = () -> RawServer.answer(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
    assertThatThrownBy(() -> repository("app", MIA).tags())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
        .hasMessageContaining("password or token is not right")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void shouldRefuseAnAnswerWithoutToken() {
    token = () -> RawServer.answer(200, "{}");
    assertThatThrownBy(() -> repository("app", MIA).tags()).hasMessageContaining("no token in it");
    token = () -> RawServer.answer(200, "<html>");
    assertThatThrownBy(() -> repository("app", MIA).tags()).hasMessageContaining("no JSON");
    token = () -> RawServer.answer(200, "{\"token\":\"a\\r\\nX: y\"}");
    assertThatThrownBy(() -> repository("app", MIA).tags()).hasMessageContaining("no token in it");
  }

  @Test
  void shouldGiveUpOnATokenEndpointThatFails() {
    token = () -> RawServer.answer(503, "");
    assertThatThrownBy(() -> repository("app", MIA).tags())
        .hasMessageContaining("a token for " + server.domain() + ": 503 (tried 4 times)");
  }

  @Test
  void shouldNotLoopWhenTheTokenDoesNotHelp() {
    accepted = "Bearer other";
    assertThatThrownBy(() -> repository("app", MIA).tags())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED));
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void shouldAskForBothRepositoriesOfAMount() {
    assertThatThrownBy(() -> repository("app", MIA).mount(Digest.of(new byte[0]), "library/base"))
        .hasMessageContaining("no place for the upload");
    assertThat(tokenRequests().getFirst().path())
        .contains("scope=repository%3Aapp%3Apull")
        .contains("scope=repository%3Alibrary%2Fbase%3Apull");
  }
}
