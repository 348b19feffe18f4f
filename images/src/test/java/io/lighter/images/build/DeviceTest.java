package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.store.ImageRecord;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN --device, with devices that every Linux has. */
@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class DeviceTest {
  private static final DeviceRights ALL = new DeviceRights(true, Map.of());

  private static final String YAML =
      """
      cdiVersion: "0.6.0"
      kind: vendor1.com/device
      containerEdits:
        env: [SHARED=yes]
        additionalGids: [4242]
      devices:
      - name: foo
        annotations:
          org.mobyproject.buildkit.device.autoallow: true
        containerEdits:
          env:
          - FOO=injected
          - PATH=/bin
          deviceNodes:
          - path: /dev/nothing/is
            hostPath: /dev/null
            fileMode: 0640
          - path: /dev/pipe
            type: p
          mounts:
          - hostPath: %s
            containerPath: /opt/driver
            options: [ro]
      - name: bar
        annotations: {org.mobyproject.buildkit.device.class: fast}
        containerEdits: {env: [BAR=1]}
      - name: baz
        annotations: {org.mobyproject.buildkit.device.class: fast}
        containerEdits: {env: [BAZ=1]}
      """;

  @TempDir Path folder;
  private Path vendors;
  private BuildFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    vendors = Files.createDirectories(folder.resolve("cdi"));
    Path driver = Files.createDirectories(folder.resolve("driver"));
    Files.writeString(driver.resolve("lib"), "of the host\n");
    Files.writeString(vendors.resolve("one.yaml"), YAML.formatted(driver));
  }

  private ImageRecord run(DeviceRights rights, String flag, String command) throws IOException {
    return fixture.build(
        "FROM busybox\nRUN " + flag + " " + command + "\n",
        r -> {
          r.devices = rights;
          r.deviceFolders = List.of(vendors, folder.resolve("no-such"));
        });
  }

  private List<String> output(DeviceRights rights, String flag, String command) throws IOException {
    run(rights, flag, command);
    return fixture.progress.output;
  }

  @Test
  void shouldGiveADeviceAndLeaveNoneInTheImage() throws IOException {
    ImageRecord image =
        run(
            DeviceRights.NONE,
            "--device=vendor1.com/device=foo,required",
            "echo $FOO $SHARED; id -G; stat -c '%t:%T %a %F' /dev/nothing/is; echo x >"
                + " /dev/nothing/is; test -p /dev/pipe && cat /opt/driver/lib; touch /opt/driver/x"
                + " || echo ro; echo done > /done");
    assertThat(fixture.progress.output)
        .contains(
            "out injected yes", "out 1:3 640 character special file", "out of the host", "out ro");
    assertThat(fixture.progress.output).anyMatch(line -> line.matches("out 0 .*\\b4242\\b.*"));
    Path layer = fixture.store.layers().folder(image.diffIds().getLast());
    assertThat(layer.toFile().list()).containsExactly("done");
    assertThat(fixture.store.config(image).config().env()).containsExactly("PATH=/bin");
  }

  @Test
  void shouldFindDevicesByKindByClassAndAll() throws IOException {
    String env = "env | grep -c '^\\(FOO\\|BAR\\|BAZ\\)='";
    assertThat(output(ALL, "--device=vendor1.com/device", env)).containsExactly("out 1");
    assertThat(output(ALL, "--device=vendor1.com/device=fast", env)).containsExactly("out 2");
    assertThat(output(ALL, "--device=vendor1.com/device=*", env)).containsExactly("out 3");
    assertThat(output(ALL, "--device=name=vendor1.com/device=bar", env + "; true"))
        .containsExactly("out 1");
  }

  @Test
  void shouldAllowOnlyWhatWasAllowed() throws IOException {
    String flag = "--device=vendor1.com/device=bar";
    assertThatThrownBy(() -> run(DeviceRights.NONE, flag, "true"))
        .hasMessageContaining("Dockerfile:2")
        .hasMessageContaining("allow it by --allow device=vendor1.com/device=bar");
    DeviceRights kind = new DeviceRights(false, Map.of("vendor1.com/device", "vendor1.com/device"));
    assertThat(output(kind, flag, "echo $BAR")).containsExactly("out 1");
    DeviceRights alias = new DeviceRights(false, Map.of("any.org/thing", "vendor1.com/device=baz"));
    assertThat(output(alias, "--device=any.org/thing", "echo $BAZ")).containsExactly("out 1");
  }

  @Test
  void shouldPassOverWhatIsNotThereUnlessItIsRequired() throws IOException {
    assertThat(output(ALL, "--device=vendor1.com/device=fou", "echo went on"))
        .containsExactly("out went on");
    assertThat(fixture.progress.warnings)
        .anyMatch(w -> w.contains("did you mean vendor1.com/device=foo?"))
        .anyMatch(w -> w.contains("the command runs without it"));
    assertThatThrownBy(() -> run(ALL, "--device=vendor1.com/device=fou,required", "true"))
        .hasMessageContaining("Dockerfile:2")
        .hasMessageContaining("the device vendor1.com/device=fou is not there (did you mean");
  }

  @Test
  void shouldCountWhatIsAskedForIntoTheKey() throws IOException {
    run(ALL, "--device=vendor1.com/device=bar", "true");
    run(ALL, "--device=vendor1.com/device=bar", "true");
    assertThat(fixture.progress.done()).isEmpty();
    run(ALL, "--device=vendor1.com/device=baz", "true");
    assertThat(fixture.progress.done()).hasSize(1);
    run(ALL, "", "true");
    assertThat(fixture.progress.done()).hasSize(1);
  }

  @Test
  void shouldTellWhatIsWrongWithFiles() throws IOException {
    Files.writeString(
        vendors.resolve("two.json"),
        """
        {"cdiVersion": "0.5.0", "kind": "vendor2.com/gpu", "devices": [
          {"name": "0", "containerEdits": {"hooks": [
            {"hookName": "createContainer", "path": "/bin/true"}]}},
          {"name": "1", "containerEdits": {"deviceNodes": [{"path": "/dev/none-such"}]}}]}
        """);
    assertThatThrownBy(() -> run(ALL, "--device=vendor2.com/gpu=0", "true"))
        .hasMessageContaining("the device vendor2.com/gpu=0 needs hooks");
    assertThatThrownBy(() -> run(ALL, "--device=vendor2.com/gpu=1", "true"))
        .hasMessageContaining("/dev/none-such cannot be looked at");
    Files.writeString(vendors.resolve("three.yml"), "cdiVersion: 9.0.0\n");
    Files.writeString(vendors.resolve("four.yml"), "cdiVersion: 0.6.0\nkinds: x\n");
    Files.writeString(vendors.resolve("five.yml"), YAML.formatted("/tmp"));
    run(ALL, "--device=vendor1.com/device=bar", "true");
    assertThat(fixture.progress.warnings)
        .anyMatch(w -> w.contains("cdiVersion is 9.0.0, which is not known"))
        .anyMatch(w -> w.contains("kinds is not known"))
        .anyMatch(w -> w.contains("vendor1.com/device=bar is described by"))
        .anyMatch(w -> w.contains("the command runs without it"));
  }
}
