package io.lighter.runtime.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecException;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's own files: those that a container must not write, and those that are faked. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class ProcfsAttacksTest {
  @TempDir private Path folder;
  private HostileBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
  }

  /** Lets a process mount. */
  private static void mayMount(Process.Draft process) {
    Capabilities granted = Objects.requireNonNull(process.capabilities);
    EnumSet<Capability> all = EnumSet.copyOf(granted.bounding());
    all.add(Capability.CAP_SYS_ADMIN);
    process.capabilities = Capabilities.of(all);
  }

  /** The container hides its procfs under files of its own, then somebody enters it. */
  @Test
  @DisplayName("CVE-2019-16884, CVE-2025-52881: a container fakes procfs for those who enter it")
  void shouldWriteTheScoreOfAFurtherProcessToARealProcfs() throws IOException {
    try (Created created =
        bundle.start(
            s -> {
              s.process = Objects.requireNonNull(s.process).with(ProcfsAttacksTest::mayMount);
              s.linux = Objects.requireNonNull(s.linux).with(l -> l.seccomp = null);
            })) {
      String fake =
          "mkdir -p /tmp/fake/self/attr && for f in oom_score_adj attr/exec attr/current; do echo"
              + " untouched > /tmp/fake/self/$f; done; mount --bind /tmp/fake /proc && echo done";
      assertThat(
              bundle.exec(
                  created.container(),
                  HostileBundle.process(ProcfsAttacksTest::mayMount, "sh", "-c", fake)))
          .isEqualTo("done\n");

      // What it writes is seen below a procfs of its own, in the container's pid namespace.
      String real =
          "cat /proc/self/*adj /proc/self/attr/*; mount -t proc proc /tmp && cat"
              + " /tmp/self/oom_score_adj";
      assertThat(
              bundle.exec(
                  created.container(),
                  HostileBundle.process(
                      p -> {
                        mayMount(p);
                        p.oomScoreAdj = 700;
                      },
                      "sh",
                      "-c",
                      real)))
          .isEqualTo("untouched\nuntouched\nuntouched\n700\n");
      bundle.end(created);
    }
  }

  @Test
  @DisplayName("CVE-2025-31133, CVE-2025-52881: what is masked or read-only, from within")
  void shouldKeepTheKernelsFilesFromTheContainer() throws IOException {
    String attack =
        "exec 2>/dev/null; for f in sysrq-trigger sys/kernel/core_pattern sys/kernel/modprobe"
            + " sys/vm/panic_on_oom sys/kernel/hostname irq/default_smp_affinity; do (echo x >"
            + " /proc/$f) && echo wrote $f; done; for f in /proc/kcore /proc/keys"
            + " /proc/latency_stats /proc/timer_list /proc/sched_debug; do head -c 1 $f; done; for"
            + " f in /proc/acpi/* /proc/scsi/* /sys/firmware/*; do [ -e $f ] && echo saw $f; done;"
            + " for f in /sys/kernel/uevent_helper /sys/kernel/mm/ksm/run"
            + " /sys/fs/cgroup/cgroup.procs; do (echo 0 > $f) && echo wrote $f; done; mount -o"
            + " remount,rw /proc && echo remounted; mount -t proc proc /tmp && echo mounted; mount"
            + " -o remount,rw,bind /proc/sys && echo remounted; true";
    try (Created created = bundle.start(s -> {})) {
      assertThat(bundle.exec(created.container(), "sh", "-c", attack)).isEmpty();
      bundle.end(created);
    }
  }

  @Test
  @DisplayName("CVE-2022-0492: release_agent of cgroup v1")
  void shouldGiveNoCgroupOfVersionOne() throws IOException {
    String attack =
        "exec 2>/dev/null; mkdir /tmp/c; mount -t cgroup -o rdma cgroup /tmp/c && echo mounted;"
            + " mount -t cgroup cgroup /tmp/c && echo mounted; mount -t cgroup2 cgroup2 /tmp/c &&"
            + " echo mounted; grep ' cgroup ' /proc/mounts; ls /sys/fs/cgroup/release_agent; mkdir"
            + " /sys/fs/cgroup/x && echo made; true";
    try (Created created = bundle.start(s -> {})) {
      assertThat(bundle.exec(created.container(), "sh", "-c", attack)).isEmpty();
      bundle.end(created);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.core_pattern",
        "kernel.shm_rmid_forced+kernel.core_pattern",
        "kernel/shm_rmid_forced\nkernel/core_pattern",
        "net.ipv4.ip_forward 1",
        "net/../kernel/core_pattern",
        "net.ipv4./../../kernel/core_pattern",
        "/kernel/core_pattern",
        "net",
        "fs.mqueue",
        "user.max_../../kernel/core_pattern",
        "vm.overcommit_memory"
      })
  @DisplayName("CVE-2022-0811: a kernel parameter smuggled in")
  void shouldRefuseParametersOfTheHost(String name) {
    Spec spec =
        HostileBundle.spec(
            s ->
                s.linux =
                    Objects.requireNonNull(s.linux).with(l -> l.sysctl = Map.of(name, "|/evil")),
            "true");
    assertThatThrownBy(() -> SpecValidation.check(spec))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("linux.sysctl");
  }

  /** The file of the init is the runtime's; the image says where its mount point lies. */
  @Test
  @DisplayName("CVE-2025-24965: a file of the runtime lands outside of the root")
  void shouldMakeNothingOutsideForTheInit() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(bundle.rootfs().resolve("sbin"), outside);

    assertThat(InitRun.of(folder, bundle.rootfs(), "echo ran")).isEqualTo("ran\n");

    assertThat(outside).isEmptyDirectory();
  }
}
