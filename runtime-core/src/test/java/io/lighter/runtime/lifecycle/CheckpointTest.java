package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Resources;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that CRIU writes down and makes again. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool("criu")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(180)
class CheckpointTest {
  @TempDir private Path folder;
  private Checkpoints checkpoints;
  private BusyboxBundle files;

  @BeforeEach
  void prepare() throws Exception {
    checkpoints = new Checkpoints(folder);
    files = checkpoints.files();
  }

  @Test
  void shouldGoOnCountingWhereItWas() throws Exception {
    Bundle bundle = checkpoints.counting();
    try (Created created = checkpoints.run(bundle)) {
      checkpoints.awaitCount(5);
      created.container().checkpoint(checkpoints.settings("images"), false);
      created.waitFor();
      assertThat(created.container().state().status()).isEqualTo(Status.STOPPED);
      created.container().delete(false);
    }
    int stopped = checkpoints.count();

    try (Restored restored = checkpoints.restore("again", bundle, "images")) {
      checkpoints.awaitCount(stopped + 3);

      StoredContainer container = restored.container();
      assertThat(container.state().status()).isEqualTo(Status.RUNNING);
      assertThat(container.state().pid()).isEqualTo(restored.process().pid());
      assertThat(container.pids()).contains(restored.process().pid());
      assertThat(checkpoints.exec(container, "sh", "-c", "kill -0 1 && test -e /proc/1/stat"))
          .isZero();
      container.pause();
      assertThat(container.state().status()).isEqualTo(Status.PAUSED);
      container.resume();
      container.kill(Signals.SIGKILL, false);
      assertThat(restored.waitFor().shellStatus()).isEqualTo(137);
      container.delete(false);
    }
    assertThat(checkpoints.store().list()).isEmpty();
  }

  @Test
  void shouldRunOnAndBeMadeTwice() throws Exception {
    Bundle bundle = checkpoints.counting();
    try (Created created = checkpoints.run(bundle)) {
      checkpoints.awaitCount(2);
      created.container().checkpoint(checkpoints.settings("images"), true);
      int then = checkpoints.count();
      assertThat(created.container().state().status()).isEqualTo(Status.RUNNING);
      checkpoints.awaitCount(then + 3);
      checkpoints.end(created.container(), created.process());
    }

    try (Restored one = checkpoints.restore("one", bundle, "images");
        Restored two = checkpoints.restore("two", bundle, "images")) {
      assertThat(one.container().state().status()).isEqualTo(Status.RUNNING);
      assertThat(two.container().state().cgroup()).isNotEqualTo(one.container().state().cgroup());
      checkpoints.end(one.container(), one.process());
      assertThat(two.container().state().status()).isEqualTo(Status.RUNNING);
      // Once more, of what was made so.
      two.container().checkpoint(checkpoints.settings("more"), false);
      two.waitFor();
      two.container().delete(false);
    }
    try (Restored three = checkpoints.restore("three", bundle, "more")) {
      checkpoints.awaitCount(checkpoints.count() + 2);
      checkpoints.end(three.container(), three.process());
    }
  }

  @Test
  void shouldKeepProcessesPipesFilesAndMounts() throws Exception {
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Path fixed = Files.createDirectory(folder.resolve("fixed"));
    Files.writeString(fixed.resolve("f"), "of the host");
    String script =
        "echo in memory >/scratch/f; exec 4</etc/lines; read first <&4; "
            + "(while :; do echo x; sleep 0.05; done) | "
            + "(n=0; while read x; do n=$((n+1)); echo $n >/volume/n; done) & "
            + "while ! test -e /volume/go; do sleep 0.05; done; "
            + "read second <&4; cat /scratch/f /fixed/f; echo; echo $first $second; "
            + "echo y 2>/dev/null >/fixed/g || echo guarded; wait";
    Files.writeString(files.rootfs().resolve("etc/lines"), "1\n2\n3\n");
    Bundle bundle =
        files.of(
            spec -> {
              List<Mount> mounts = new ArrayList<>(spec.mounts);
              mounts.add(new Mount("/volume", "bind", volume.toString(), List.of("rbind", "rw")));
              mounts.add(new Mount("/fixed", "bind", fixed.toString(), List.of("rbind", "ro")));
              mounts.add(new Mount("/scratch", "tmpfs", "tmpfs", List.of("nosuid", "size=64k")));
              spec.mounts = mounts;
            },
            "sh",
            "-c",
            script);
    try (Created created = checkpoints.run(bundle)) {
      await().ignoreExceptions().until(() -> number(volume.resolve("n")) > 2);
      checkpoints.checkpoint(created, "images");
    }
    int counted = number(volume.resolve("n"));
    Files.createFile(volume.resolve("go"));

    try (Restored restored = checkpoints.restore("again", bundle, "images")) {
      await().ignoreExceptions().until(() -> number(volume.resolve("n")) > counted + 2);
      await().until(() -> files.printed().contains("guarded"));
      assertThat(files.printed()).isEqualTo("in memory\nof the host\n1 2\nguarded\n");
      checkpoints.end(restored.container(), restored.process());
    }
  }

  private static int number(Path file) throws Exception {
    return Integer.parseInt(Files.readString(file).strip());
  }

  @Test
  void shouldHaveItsLimitsAgainAndRunHooks() throws Exception {
    Path told = folder.resolve("told");
    String script = "cat >>" + told + "; echo >>" + told;
    Hook hook = new Hook("/bin/sh", List.of("sh", "-c", script), List.of(), null);
    Bundle bundle =
        files.of(
            spec -> {
              spec.linux =
                  Objects.requireNonNull(spec.linux)
                      .with(
                          l ->
                              l.resources =
                                  Resources.NONE.with(
                                      r -> r.unified = Map.of("cgroup.max.depth", "7")));
              spec.hooks =
                  new Hooks(
                      List.of(), List.of(hook), List.of(), List.of(), List.of(hook), List.of());
            },
            "sh",
            "-c",
            Checkpoints.COUNT);
    try (Created created = checkpoints.run(bundle)) {
      checkpoints.awaitCount(2);
      checkpoints.checkpoint(created, "images");
    }
    Files.delete(told);

    try (Restored restored = checkpoints.restore("again", bundle, "images");
        Cgroup cgroup = Objects.requireNonNull(restored.container().cgroup())) {
      assertThat(cgroup.read("cgroup.max.depth")).isEqualTo("7\n");
      assertThat(Files.readAllLines(told))
          .hasSize(2)
          .allMatch(line -> line.contains("\"id\":\"again\""))
          .anyMatch(line -> line.contains("\"creating\""))
          .anyMatch(line -> line.contains("\"running\""));
      restored
          .container()
          .update(Resources.NONE.with(r -> r.unified = Map.of("cgroup.max.depth", "8")));
      assertThat(cgroup.read("cgroup.max.depth")).isEqualTo("8\n");
      checkpoints.end(restored.container(), restored.process());
    }
  }

  @Test
  void shouldHaveItsTerminalAgain() throws Exception {
    Bundle bundle =
        files.of(
            spec ->
                spec.process = Objects.requireNonNull(spec.process).with(p -> p.terminal = true),
            "sh",
            "-c",
            "while read x; do echo $x >>/tmp/got; done");
    try (Created created =
        checkpoints.store().create("c", bundle, CreateOptions.of(new WindowSize(24, 80)))) {
      created.container().start();
      type(created.terminal(), "one\n");
      await().until(() -> got().equals("one\n"));
      checkpoints.checkpoint(created, "images");
    }

    try (Stdio nothing = Stdio.discard();
        Restored restored =
            checkpoints
                .store()
                .restore(
                    "again", bundle, RestoreOptions.of(checkpoints.settings("images"), nothing))) {
      type(restored.terminal(), "two\n");
      await().until(() -> got().equals("one\ntwo\n"));
      checkpoints.end(restored.container(), restored.process());
    }
  }

  private String got() throws Exception {
    Path file = files.rootfs().resolve("tmp/got");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void type(@Nullable Fd master, String text) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(text);
      Linux.kernel().files().write(Objects.requireNonNull(master), bytes.asSlice(0, text.length()));
    }
  }
}
