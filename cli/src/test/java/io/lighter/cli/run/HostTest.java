package io.lighter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.DeviceRequest;
import io.lighter.cli.options.MountRequest;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked up on the real host. */
class HostTest {
  @TempDir Path folder;

  @Test
  void shouldReadThePermittedCapabilities() {
    assertThat(Host.permitted("Name:\tx\nCapInh:\t0\nCapPrm:\t0000000000002001\nCapEff:\t0\n"))
        .containsExactly(Capability.CAP_CHOWN, Capability.CAP_NET_RAW);
    assertThat(Host.permitted("CapPrm:\tffffffffffffffff\n")).contains(Capability.values());
    assertThat(Host.permitted("CapPrm:\t0000000000000000\n")).isEmpty();
  }

  @Test
  void shouldLookAtThisMachine() throws IOException {
    Host host = Host.look(null);

    assertThat(host.hostname()).isNotEmpty().doesNotContain("\n");
    assertThat(host.processors()).isPositive();
    assertThat(host.deviceRules()).isTrue();
    assertThat(Host.look("no BPF").deviceRules()).isFalse();
  }

  @Test
  void shouldFindDevices() {
    List<GrantedDevice> found =
        HostDevices.find(List.of(new DeviceRequest("/dev/null", "/dev/nothing", "rw")));

    assertThat(found).hasSize(1);
    Device device = found.get(0).device();
    assertThat(device.path()).isEqualTo("/dev/nothing");
    assertThat(device.type()).isEqualTo(DeviceType.CHAR);
    assertThat(device.major()).isEqualTo(1);
    assertThat(device.minor()).isEqualTo(3);
    assertThat(device.fileMode()).isEqualTo(0666);
    assertThat(found.get(0).access()).isEqualTo("rw");
  }

  @Test
  void shouldFollowALinkToADevice() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero"));

    Device device =
        HostDevices.find(List.of(new DeviceRequest(link.toString(), "/dev/z", "rwm")))
            .get(0)
            .device();

    assertThat(device.minor()).isEqualTo(5);
  }

  @Test
  void shouldRefuseWhatIsNoDevice() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> find(file))
        .withMessage("--device: " + file + " is not a device node");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> find(folder))
        .withMessage("--device: " + folder + " is not a device node");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> find(folder.resolve("none")))
        .withMessage("--device: " + folder + "/none: no such file or directory");
  }

  @Test
  void shouldGiveAPrivilegedContainerTheHostsDevices() throws IOException {
    List<String> paths = new ArrayList<>();
    for (GrantedDevice device : HostDevices.all()) {
      paths.add(device.device().path());
    }

    assertThat(paths).doesNotHaveDuplicates().allMatch(path -> path.startsWith("/dev/"));
    assertThat(paths).doesNotContain("/dev/null", "/dev/console", "/dev/ptmx");
    assertThat(paths).noneMatch(path -> path.startsWith("/dev/pts/"));
  }

  @Test
  void shouldMakeFoldersThatVolumesMiss() {
    Path missing = folder.resolve("a/b");

    MountSources.prepare(List.of(request(missing, MountRequest.Source.CREATED)));

    assertThat(missing).isDirectory();
  }

  @Test
  void shouldRefuseSourcesThatMountsMiss() {
    Path missing = folder.resolve("none");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () -> MountSources.prepare(List.of(request(missing, MountRequest.Source.REQUIRED))))
        .withMessageContaining("bind source path does not exist: " + missing);
    assertThat(missing).doesNotExist();
  }

  @Test
  void shouldSayWhyAFolderCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path below = file.resolve("below");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () -> MountSources.prepare(List.of(request(below, MountRequest.Source.CREATED))))
        .withMessageContaining(below.toString());
  }

  private static List<GrantedDevice> find(Path path) {
    return HostDevices.find(List.of(new DeviceRequest(path.toString(), "/dev/x", "rwm")));
  }

  private static MountRequest request(Path source, MountRequest.Source policy) {
    Mount mount = new Mount("/b", "bind", source.toString(), List.of("rbind"));
    return new MountRequest(mount, policy, false);
  }
}
