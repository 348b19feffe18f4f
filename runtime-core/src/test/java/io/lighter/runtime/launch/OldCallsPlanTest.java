package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Sched;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What stands in a program in the place of a call that is missing. */
class OldCallsPlanTest {
  private static LaunchProgram without(SystemCall... calls) {
    return new LaunchProgram(new MissingCalls(Set.of(calls)));
  }

  private static List<String> steps(LaunchProgram program) {
    return program.steps().stream().map(Object::toString).toList();
  }

  @Test
  void shouldFollowNoLinkWhereThereIsNoOpenat2() {
    LaunchProgram program = without(SystemCall.OPENAT2);
    Parameter root = program.parameter("root");

    PathSteps.openInRoot(program, root, "/a/b/c", Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
    PathSteps.openInRoot(program, root, "/", Fcntl.O_PATH, 0);

    assertThat(steps(program)).hasSize(4).allMatch(step -> step.contains("O_NOFOLLOW"));
    assertThat(steps(program))
        .extracting(step -> step.substring(0, step.indexOf(", O_")))
        .containsExactly(
            "openat(<root>, \"a\"", "openat($1, \"b\"", "openat($2, \"c\"", "openat(<root>, \".\"");
  }

  @Test
  void shouldJoinNamespacesOneByOneWhereThereIsNoPidfd() {
    LaunchProgram program = without(SystemCall.PIDFD_OPEN);
    Parameter container = program.parameter("container");

    long flags = Sched.CLONE_NEWNS | Sched.CLONE_NEWUSER | Sched.CLONE_NEWNET;
    JoinedNamespaces.join(program, container, flags);

    assertThat(steps(program))
        .containsExactly(
            "openat(<container>, \"ns/user\", O_CLOEXEC, 00)",
            "openat(<container>, \"ns/net\", O_CLOEXEC, 00)",
            "openat(<container>, \"ns/mnt\", O_CLOEXEC, 00)",
            "setns($1, CLONE_NEWUSER)",
            "setns($2, CLONE_NEWNET)",
            "setns($3, CLONE_NEWNS)");
  }

  @Test
  void shouldNameADescriptorBeforehandWhereThereIsNoMountSetattr() {
    LaunchProgram program = without(SystemCall.MOUNT_SETATTR);
    Parameter tree = program.parameter("tree");

    MountCalls.remount(program, tree, MountFlags.MS_RDONLY);

    assertThat(steps(program))
        .containsExactly(
            "dup3(<tree>, 4095, 0x80000)",
            "mount(NULL, \"/proc/self/fd/4095\", NULL, MS_RDONLY|MS_REMOUNT|MS_BIND, NULL)");
  }

  @Test
  void shouldCloseOneByOneWhereThereIsNoCloseRange() {
    LaunchProgram program = without(SystemCall.CLOSE_RANGE);

    program.closeFrom(4094);

    assertThat(steps(program))
        .containsExactly("close(4094)  # EBADF: go on", "close(4095)  # EBADF: go on");
  }

  @Test
  void shouldRefuseReadOnlyPathsAnywhereWithoutMountSetattr() {
    LaunchProgram program = without(SystemCall.MOUNT_SETATTR);
    MaskPlan plan =
        new MaskPlan(program, program.parameter("root"), path -> PathKinds.Kind.FOLDER, "/empty");

    assertThatThrownBy(() -> plan.readonly("/etc"))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageContaining("linux.readonlyPaths")
        .hasMessageContaining("mount_setattr(2) of Linux 5.12");
  }
}
