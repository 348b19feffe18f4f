package io.lighter.cli.oci;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.cli.engines.SystemdHost;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service in a container says by Debian's systemd-notify that it is ready. */
class ReadinessTest extends OnSystemdHost {
  private final Linux linux = Linux.kernel();

  @BeforeEach
  void bringTheHostsPrograms() throws IOException {
    for (String name : List.of("lib", "lib64")) {
      Path link = folder.resolve(ID).resolve("rootfs").resolve(name);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("usr").resolve(name));
      }
    }
  }

  private void configureService(String script) throws IOException {
    configure(ID, null, null, Map.of());
    Path config = folder.resolve(ID).resolve("config.json");
    Spec spec = SpecReader.read(config);
    List<Mount> mounts = new ArrayList<>(spec.mounts());
    mounts.add(new Mount("/usr", "bind", "/usr", List.of("rbind", "ro")));
    SpecWriter.write(
        spec.with(
            s -> {
              s.mounts = mounts;
              s.process =
                  Objects.requireNonNull(spec.process())
                      .with(p -> p.args = List.of("sh", "-c", script));
            }),
        config);
  }

  private Outcome service(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--unit=boxed",
                "--service-type=notify",
                "--property=DefaultDependencies=no",
                "--property=NotifyAccess=all",
                "--property=TimeoutStartSec=60",
                host().runtime().toString(),
                "--root=/run/oci"));
    command.addAll(List.of(arguments));
    return call(command);
  }

  private String boxed(String property) throws IOException, InterruptedException {
    return SystemdHost.show(host(), "boxed.service", property).strip();
  }

  @Test
  void shouldTellSystemdThatAServiceIsReady() throws Exception {
    configureService("systemd-notify --ready; exec sleep 1000");
    Outcome started = service("run", "--bundle", folder.resolve(ID).toString(), ID);
    assertThat(started).isEqualTo(new Outcome(0, "", ""));
    assertThat(boxed("ActiveState")).isEqualTo("ActiveState=active");
    assertThat(boxed("MainPID")).isNotEqualTo("MainPID=" + pid());
    host().run("systemctl", "stop", "boxed");
  }

  @Test
  void shouldMakeTheContainersProcessTheMainOneWhenItIsDetached() throws Exception {
    configureService("systemd-notify --ready; exec sleep 1000");
    Outcome started = service("run", "--detach", "--bundle", folder.resolve(ID).toString(), ID);
    assertThat(started).isEqualTo(new Outcome(0, "", ""));
    assertThat(boxed("ActiveState")).isEqualTo("ActiveState=active");
    assertThat(boxed("MainPID")).isEqualTo("MainPID=" + pid());
    host().run("systemctl", "stop", "boxed");
  }

  @Test
  void shouldNotWaitForAServiceThatEndsWithoutAWord() throws Exception {
    configureService("exit 3");
    Outcome started = service("run", "--detach", "--bundle", folder.resolve(ID).toString(), ID);
    assertThat(started.status()).isNotZero();
    host().run("systemctl", "reset-failed", "boxed");
  }

  @Test
  void shouldPassOnFromAContainerThatWasCreatedBefore() throws Exception {
    configureService("echo $NOTIFY_SOCKET; systemd-notify --ready --status=well; exec sleep 1000");
    Path name = folder.resolve("manager");
    try (Fd manager = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0)) {
      assertThat(linux.sockets().bind(manager, name.toString())).isTrue();
      List<String> notified = List.of("env", "NOTIFY_SOCKET=" + name);
      assertThat(notified(notified, "create", "--bundle", folder.resolve(ID).toString(), ID))
          .isEqualTo(new Outcome(0, "", ""));
      String pid = pid();
      CompletableFuture<List<String>> received =
          CompletableFuture.supplyAsync(
              () -> List.of(receive(manager), receive(manager), receive(manager)));
      Outcome started = notified(notified, "start", ID);
      assertThat(started.status()).as(started.toString()).isZero();
      assertThat(received.get(30, TimeUnit.SECONDS))
          .containsExactly("READY=1\n", "MAINPID=" + pid + "\n", "BARRIER=1");
    } finally {
      Files.deleteIfExists(name);
    }
  }

  private Outcome notified(List<String> wrapper, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(List.of(host().runtime().toString(), "--root=/run/oci"));
    command.addAll(List.of(arguments));
    return call(command);
  }

  private String receive(Fd manager) {
    assertThat(new Polling(linux).poll(manager, Polling.POLLIN, 20_000)).isNotZero();
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, 1000, 1)) {
      int length = linux.sockets().recvmsg(manager, message, 0);
      return new String(message.data().asSlice(0, length).toArray(JAVA_BYTE), UTF_8);
    }
  }
}
