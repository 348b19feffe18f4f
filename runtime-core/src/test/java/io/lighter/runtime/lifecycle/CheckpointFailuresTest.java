package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.StartException;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.criu.CriuSettings;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint that fails leaves its container as it was; a restore that fails leaves nothing; and
 * images give no more than the configuration.
 */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool("criu")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(180)
class CheckpointFailuresTest {
  @TempDir private Path folder;
  private Checkpoints checkpoints;
  private BusyboxBundle files;

  @BeforeEach
  void prepare() throws Exception {
    checkpoints = new Checkpoints(folder);
    files = checkpoints.files();
  }

  private Bundle counting(Consumer<Spec.Draft> change) throws IOException {
    return files.of(change, "sh", "-c", Checkpoints.COUNT);
  }

  /** Writes a counting container down, and deletes it. */
  private Bundle written() throws IOException {
    Bundle bundle = checkpoints.counting();
    write(bundle);
    return bundle;
  }

  private void write(Bundle bundle) {
    try (Created created = checkpoints.run(bundle)) {
      checkpoints.awaitCount(2);
      checkpoints.checkpoint(created, "images");
    }
  }

  private void assertRefused(Bundle bundle, String why) {
    assertThatThrownBy(() -> checkpoints.restore("again", bundle, "images"))
        .isInstanceOfAny(CriuException.class, StartException.class)
        .hasMessageContaining(why);
    assertThat(checkpoints.store().list()).isEmpty();
  }

  @Test
  void shouldLeaveAContainerAsItWasWhenItCannotBeWrittenDown() throws Exception {
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.createFile(full.resolve("inventory.img"));
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path liar = script("exec true");
    try (Created created = checkpoints.run(checkpoints.counting())) {
      checkpoints.awaitCount(2);
      StoredContainer container = created.container();
      refuse(
          container, checkpoints.settings("images").withProgram(Path.of("/no/criu")), "no program");
      refuse(container, checkpoints.settings("images").withProgram(liar), "before it had answered");
      refuse(container, checkpoints.settings("full"), "has a checkpoint already");
      refuse(container, checkpoints.settings("open"), "could be changed by others than root");
      refuse(container, checkpoints.settings("no/such"), "cannot be made");
      checkpoints.end(container, created.process());
    }
  }

  @Test
  void shouldLeaveAContainerAsItWasWhenCriuIsKilled() throws Exception {
    Path images = folder.resolve("images");
    Path killed = killedWhen("test -e " + images + "/pstree.img");
    try (Created created = checkpoints.run(checkpoints.counting())) {
      checkpoints.awaitCount(2);
      refuse(
          created.container(),
          checkpoints.settings("images").withProgram(killed),
          "before it had answered");
      assertThat(images.resolve("pstree.img")).doesNotExist();
      checkpoints.end(created.container(), created.process());
    }
  }

  @Test
  void shouldNotWriteDownWhatAnExecHasStarted() throws Exception {
    try (Created created = checkpoints.run(checkpoints.counting());
        ExecProcess further = checkpoints.start(created.container(), "sleep", "600")) {
      checkpoints.awaitCount(2);
      refuse(created.container(), checkpoints.settings("images"), "it would be lost");

      Linux.kernel().processes().signal(further.process(), Signals.SIGKILL);
      Linux.kernel().processes().waitFor(further.process());
      checkpoints.checkpoint(created, "images");
    }
  }

  private void refuse(StoredContainer container, CriuSettings settings, String why)
      throws IOException {
    assertThatThrownBy(() -> container.checkpoint(settings, false))
        .isInstanceOf(CriuException.class)
        .hasMessageContaining(why);
    assertThat(container.state().status()).isEqualTo(Status.RUNNING);
    checkpoints.awaitCount(checkpoints.count() + 2);
  }

  private Path script(String text) throws IOException {
    Path file = folder.resolve("criu-" + System.nanoTime());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private Path killedWhen(String condition) throws IOException {
    return script(
        checkpoints.criu()
            + " \"$@\" & until "
            + condition
            + " 2>/dev/null; do :; done; exec 3>&-; kill -9 $!; wait");
  }

  @Test
  void shouldLeaveNothingOfARestoreThatFails() throws Exception {
    Bundle bundle = written();
    Path images = folder.resolve("images");
    assertThatThrownBy(() -> checkpoints.restore("again", bundle, "no-such"))
        .isInstanceOf(CriuException.class)
        .hasMessageContaining("is no folder of a checkpoint");
    Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> checkpoints.restore("again", bundle, "empty"))
        .hasMessageContaining("has no checkpoint: inventory.img is missing");
    Path killed = killedWhen("grep -q 'Forking task' " + images.resolve("restore.log"));
    assertThatThrownBy(
            () ->
                checkpoints.restore(
                    "again", bundle, checkpoints.settings("images").withProgram(killed)))
        .hasMessageContaining("before it had answered");

    try (RandomAccessFile core =
        new RandomAccessFile(images.resolve("core-1.img").toFile(), "rw")) {
      core.setLength(core.length() / 2);
    }
    assertRefused(bundle, "the restore by " + checkpoints.criu() + " failed");
    Files.delete(images.resolve("core-1.img"));
    assertRefused(bundle, "Error");
    assertThat(checkpoints.store().list()).isEmpty();
    try (var left = Files.list(folder.resolve("store"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldRefuseImagesThatOthersCouldHaveMade() throws Exception {
    Bundle bundle = written();
    Path images = folder.resolve("images");
    Path victim = Files.writeString(folder.resolve("victim"), "whole");
    Path link = Files.createSymbolicLink(images.resolve("stats-restore"), victim);
    assertRefused(bundle, "is no plain file");
    Files.delete(link);
    Path core = images.resolve("core-1.img");
    Files.setAttribute(core, "unix:uid", 1000);
    assertRefused(bundle, "core-1.img could be changed by others than root (owner 1000");
    Files.setAttribute(core, "unix:uid", 0);
    Files.setPosixFilePermissions(images, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertRefused(bundle, "images could be changed by others than root");
    Files.setPosixFilePermissions(images, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(images.resolve("descriptors.json"), "[\"pipe:[1]\"]");
    assertRefused(bundle, "does not name three descriptors");
    assertThat(victim).hasContent("whole");
  }

  /** With a family: its first process is reaped after its cgroup has become empty. */
  @RepeatedTest(5)
  void shouldGiveNoCapabilityBeyondTheConfiguration() throws Exception {
    String family = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 600 & done; ";
    write(files.of(spec -> {}, "sh", "-c", family + Checkpoints.COUNT));
    Bundle less =
        counting(
            spec ->
                spec.process =
                    Objects.requireNonNull(spec.process)
                        .with(p -> p.capabilities = Capabilities.of(Set.of(Capability.CAP_KILL))));

    assertRefused(less, "capabilities beyond process.capabilities");
  }

  @Test
  void shouldMountNothingWritableThatTheConfigurationHasReadOnly() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    write(counting(spec -> spec.mounts = with(spec, one, "rw", two, "rw")));
    Bundle guarded = counting(spec -> spec.mounts = with(spec, one, "ro", two, "ro"));
    Bundle unmasked =
        counting(
            spec -> {
              spec.mounts = with(spec, one, "rw", two, "rw");
              spec.linux =
                  Objects.requireNonNull(spec.linux)
                      .with(
                          l -> {
                            List<String> masked = new ArrayList<>(l.maskedPaths);
                            masked.add("/proc/version");
                            l.maskedPaths = masked;
                          });
            });

    assertRefused(guarded, "is not ro");
    assertRefused(unmasked, "/proc/version is not masked");
    assertRefused(
        counting(
            spec -> {
              List<Mount> mounts = new ArrayList<>(with(spec, one, "rw", two, "rw"));
              mounts.add(new Mount("/three", "tmpfs", "tmpfs", List.of()));
              spec.mounts = mounts;
            }),
        "nothing is mounted at /three");
  }

  private static List<Mount> with(
      Spec.Draft spec, Path one, String oneOption, Path two, String twoOption) {
    List<Mount> mounts = new ArrayList<>(spec.mounts);
    mounts.add(new Mount("/one", "bind", one.toString(), List.of("rbind", oneOption)));
    mounts.add(new Mount("/two", "bind", two.toString(), List.of("rbind", twoOption)));
    return mounts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER", "PID", "IPC"})
  void shouldRefuseByNameWhatWasNotSeenToWork(NamespaceType type) throws Exception {
    Bundle bundle =
        counting(
            spec ->
                spec.linux =
                    Objects.requireNonNull(spec.linux)
                        .with(
                            l -> {
                              List<Namespace> namespaces = new ArrayList<>(l.namespaces);
                              namespaces.removeIf(n -> n.type() == type);
                              if (type != NamespaceType.PID) {
                                String own = "/proc/self/ns/" + type.procName();
                                namespaces.add(new Namespace(type, own));
                              }
                              l.namespaces = namespaces;
                            }));

    assertThatThrownBy(() -> checkpoints.restore("again", bundle, "images"))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageContaining("linux.namespaces")
        .hasMessageContaining("checkpoint and restore of a container");
    assertThat(checkpoints.store().list()).isEmpty();
  }
}
