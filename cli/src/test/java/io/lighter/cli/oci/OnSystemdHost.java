package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.cli.engines.EngineHost;
import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.cli.engines.SystemdHost;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of {@code lighter oci --systemd-cgroup} on a host whose first process is systemd. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool(value = "systemctl", debianPackage = "systemd")
@RequiresTool(value = "dbus-daemon", debianPackage = "dbus-daemon")
@LeavesNothing(cgroups = "/lighter-engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class OnSystemdHost {
  static final String ID = "box";
  static final String OTHER = "other-box";
  static final String GONE = "LoadState=not-found\n";

  @TempDir static Path folder;
  private EngineHost host;

  @BeforeAll
  void prepare() throws Exception {
    for (String bundle : List.of(ID, OTHER)) {
      Path programs = Files.createDirectories(folder.resolve(bundle).resolve("rootfs/bin"));
      Files.copy(Path.of("/bin/busybox"), programs.resolve("busybox"));
      for (String applet : List.of("sh", "cat", "sleep")) {
        Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
      }
    }
    host = SystemdHost.start(folder, Map.of());
  }

  @AfterEach
  void delete() throws Exception {
    for (String id : List.of(ID, OTHER)) {
      assertThat(oci("delete", "--force", id).status()).isZero();
    }
    assertThat(host.run("sh", "-c", "find /sys/fs/cgroup -name '*box*'").output()).isEmpty();
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  void configure(
      String id,
      @Nullable String cgroup,
      @Nullable Resources resources,
      Map<String, String> annotations)
      throws IOException {
    Spec spec = ExampleSpec.ofRoot();
    SpecWriter.write(
        spec.with(
            s -> {
              s.annotations = annotations;
              s.process =
                  Objects.requireNonNull(spec.process())
                      .with(
                          p -> {
                            p.terminal = false;
                            p.args = List.of("sleep", "1000");
                          });
              s.linux =
                  spec.linuxOrEmpty()
                      .with(
                          l -> {
                            l.resources = resources;
                            l.cgroupsPath = cgroup;
                          });
            }),
        folder.resolve(id).resolve("config.json"));
  }

  EngineHost host() {
    return host;
  }

  Outcome oci(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(host.runtime().toString(), "--root=/run/oci", "--systemd-cgroup"));
    command.addAll(List.of(arguments));
    return call(command);
  }

  /** Runs a command to its end; what it writes goes to files, which a container may keep open. */
  Outcome call(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> line =
        new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >" + out + " 2>" + err, "sh"));
    line.addAll(command);
    int status = host.run(line.toArray(String[]::new)).status();
    return new Outcome(status, Files.readString(out), Files.readString(err));
  }

  Outcome create(String id) throws IOException, InterruptedException {
    return oci("create", "--bundle", folder.resolve(id).toString(), id);
  }

  void succeed(String... arguments) throws IOException, InterruptedException {
    assertThat(oci(arguments)).isEqualTo(new Outcome(0, "", ""));
  }

  String show(String unit, String... properties) throws IOException, InterruptedException {
    return SystemdHost.show(host, unit, properties);
  }

  String read(String path) throws IOException, InterruptedException {
    return host.run("cat", path).output();
  }

  String pid() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(oci("state", ID).output()).get("pid").asText();
  }
}
