package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Digest;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.server.access.Accounts;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** The programs that people push and pull with, at our server, with an account. */
class ToolsTest {
  @TempDir private Path folder;
  private RegistryServer server;
  private Registries registries;

  @BeforeEach
  void start() throws IOException {
    Path accounts = folder.resolve("htpasswd");
    Files.writeString(accounts, "mia:" + BCrypt.hashpw("s3cret", BCrypt.gensalt(4)) + "\n");
    assertThat(Accounts.of(accounts).check("mia", "s3cret")).isTrue();
    server =
        Servers.start(
            Servers.options(folder.resolve("registry")).withAccounts(accounts, true, List.of()));
    registries =
        Registries.open(Servers.client(domain -> new Credential.Password("mia", "s3cret")));
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private RemoteRepository repository(String path) {
    return registries.registry(Servers.domain(server)).repository(path);
  }

  private String run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("REGISTRY_AUTH_FILE", folder.resolve("auth.json").toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + said).isZero();
    return said;
  }

  /** An archive with one file, as a layer is. */
  private Path tar() throws IOException, InterruptedException {
    Path root = Files.createDirectories(folder.resolve("root/etc"));
    Files.writeString(root.resolve("motd"), "hello\n");
    run("tar", "-C", folder.resolve("root").toString(), "-cf", folder + "/root.tar", "etc");
    return folder.resolve("root.tar");
  }

  private RemoteManifest pushReal(String path, String tag) throws Exception {
    byte[] tar = Files.readAllBytes(tar());
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(tar);
    }
    return Servers.push(repository(path), tag, gzip.toByteArray(), Digest.of(tar));
  }

  @Test
  @RequiresTool("skopeo")
  void shouldKeepDigestsWithSkopeo() throws Exception {
    RemoteManifest pushed = pushReal("app", "v1");
    String domain = Servers.domain(server);
    String copy = "dir:" + folder.resolve("copy");
    run(
        "skopeo",
        "copy",
        "--preserve-digests",
        "--src-tls-verify=false",
        "--src-creds",
        "mia:s3cret",
        "docker://" + domain + "/app:v1",
        copy);
    run(
        "skopeo",
        "copy",
        "--preserve-digests",
        "--dest-tls-verify=false",
        "--dest-creds",
        "mia:s3cret",
        copy,
        "docker://" + domain + "/team/copy:v2");
    assertThat(repository("team/copy").manifest("v2").digest()).isEqualTo(pushed.digest());
    assertThat(
            run(
                "skopeo",
                "list-tags",
                "--tls-verify=false",
                "--creds",
                "mia:s3cret",
                "docker://" + domain + "/app"))
        .contains("\"v1\"");
    run(
        "skopeo",
        "delete",
        "--tls-verify=false",
        "--creds",
        "mia:s3cret",
        "docker://" + domain + "/app:v1");
    assertThat(repository("app").resolve("v1")).isEmpty();
  }

  @Test
  @RequiresRoot
  @RequiresTool("podman")
  void shouldKeepDigestsWithPodman() throws Exception {
    RemoteManifest pushed = pushReal("app", "v1");
    String domain = Servers.domain(server);
    List<String> podman =
        List.of(
            "podman",
            "--root",
            folder + "/podman",
            "--runroot",
            folder + "/run",
            "--storage-driver=vfs");
    podman(podman, "login", "--tls-verify=false", "-u", "mia", "-p", "s3cret", domain);
    podman(podman, "pull", "--tls-verify=false", domain + "/app:v1");
    assertThat(
            podman(podman, "image", "inspect", "--format", "{{.Digest}}", domain + "/app:v1")
                .strip())
        .isEqualTo(pushed.digest().toString());
    podman(podman, "tag", domain + "/app:v1", domain + "/app:v2");
    podman(
        podman,
        "push",
        "--tls-verify=false",
        "--digestfile",
        folder + "/digest",
        domain + "/app:v2");
    assertThat(repository("app").manifest("v2").digest())
        .hasToString(Files.readString(folder.resolve("digest")).strip());
    podman(podman, "image", "rm", "--all", "--force");
  }

  private String podman(List<String> podman, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(podman);
    command.addAll(List.of(arguments));
    return run(command.toArray(new String[0]));
  }

  @Test
  @RequiresRoot
  @RequiresTool(value = "dockerd", debianPackage = "docker.io")
  @RequiresTool(value = "docker", debianPackage = "docker.io")
  void shouldKeepDigestsWithDocker() throws Exception {
    RemoteManifest pushed = pushReal("app", "v1");
    String domain = Servers.domain(server);
    try (Dockerd docker = new Dockerd(folder.resolve("dockerd"))) {
      docker.run("login", "-u", "mia", "-p", "s3cret", domain);
      docker.run("pull", domain + "/app:v1");
      assertThat(docker.run("image", "inspect", "--format", "{{.RepoDigests}}", domain + "/app:v1"))
          .contains(pushed.digest().toString());
      docker.run("tag", domain + "/app:v1", domain + "/mounted:v1");
      String said = docker.run("push", domain + "/mounted:v1");
      assertThat(said).contains("digest: " + repository("mounted").manifest("v1").digest());
      assertThat(said)
          .as("the layer was taken from the other repository")
          .contains("Mounted from app");
    }
  }

  @Test
  @RequiresRoot
  @RequiresTool(value = "dockerd", debianPackage = "docker.io")
  @RequiresTool(value = "docker", debianPackage = "docker.io")
  void shouldMirrorForDocker() throws Exception {
    RemoteManifest pushed = pushReal("library/app", "v1");
    RegistryOptions.Origin origin =
        new RegistryOptions.Origin(
            Servers.domain(server),
            Servers.client(domain -> new Credential.Password("mia", "s3cret")),
            RegistryOptions.Origin.WEEK);
    try (RegistryServer mirror =
            Servers.start(Servers.options(folder.resolve("mirror")).withMirror(origin));
        Dockerd docker =
            new Dockerd(
                folder.resolve("dockerd"),
                "--registry-mirror",
                "http://" + Servers.domain(mirror))) {
      docker.run("pull", "app:v1");
      assertThat(docker.run("image", "inspect", "--format", "{{.RepoDigests}}", "app:v1"))
          .contains(pushed.digest().toString());
    }
  }
}
