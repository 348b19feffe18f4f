package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.LaunchProgram;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.SpecException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountPlanTest {
  private static final PathKinds HOST =
      path -> path.endsWith("file") ? PathKinds.Kind.FILE : PathKinds.Kind.FOLDER;

  /** An image with folders that have a name of one letter, links, and nothing else. */
  private record Image(Map<String, String> links) implements PathKinds {
    @Override
    public Kind of(String path) {
      return path.matches("(/[a-z])+|/proc|/dev|/sys") ? Kind.FOLDER : Kind.MISSING;
    }

    @Override
    public @Nullable String linkTarget(String path) {
      return links.get(path);
    }

    @Override
    public int permissions(String path) {
      return of(path) == Kind.FOLDER ? 0750 : -1;
    }
  }

  private final LaunchProgram program = new LaunchProgram();

  private MountPlan plan(Map<String, String> links, Mount... mounts) {
    return plan(links, true, mounts);
  }

  private MountPlan plan(Map<String, String> links, boolean cgroupNamespace, Mount... mounts) {
    MountPlan plan =
        new MountPlan(
            program,
            program.parameter("root"),
            new Image(links),
            HOST,
            new MountPlan.Surroundings(false, cgroupNamespace));
    for (Mount mount : MountOrder.of(List.of(mounts))) {
      plan.add(mount);
    }
    return plan;
  }

  private static Mount mount(String destination, String type, String... options) {
    return new Mount(destination, type, "/host/folder", Arrays.asList(options));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/         | tmpfs | mode=1        | root cannot be mounted over",
        "/a/..     | bind  | bind          | root cannot be mounted over",
        "/proc     | tmpfs | ro            | only procfs belongs at /proc",
        "/proc/1   | bind  | rbind         | nothing is mounted inside /proc",
        "proc/self | tmpfs | ro            | nothing is mounted inside /proc",
        "/a        | bind  | size=3        | shares its file system with the source",
        "/a        | bind  | sync          | set where the file system is first mounted",
        "/a        | bind  | tmpcopyup     | tmpcopyup is for a tmpfs",
        "/a        | proc  | tmpcopyup     | tmpcopyup is for a tmpfs, not for proc",
        "/a        | bind  | idmap         | give the mappings of the mount",
        "/a        | tmpfs | ridmap        | only the ids of a bind mount can be mapped",
        "/a        | tmpfs | src-nofollow  | src-nofollow is an option of bind mounts",
        "/dev      | tmpfs | iversion      | tmpfs has no iversion",
      })
  void shouldRefuse(String destination, String type, String option, String why) {
    assertThatThrownBy(() -> plan(Map.of(), mount(destination, type, option)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("mounts[/")
        .hasMessageContaining(why);
  }

  @Test
  void shouldRefuseToBindAFileOntoAFolder() {
    Mount mount = new Mount("/a", "bind", "/host/file", List.of());

    assertThatThrownBy(() -> plan(Map.of(), mount))
        .hasMessageContaining("/host/file is not a folder, and a folder stands at the destination");
  }

  @Test
  void shouldRefuseACopiedLinkBesideItsLikes() {
    assertThatThrownBy(() -> plan(Map.of(), mount("/a", "bind", "copy-symlink", "dest-nofollow")))
        .hasMessageContaining("leave out src-nofollow, dest-nofollow");
  }

  @Test
  void shouldRefuseAWritableCgroupWithoutANamespace() {
    assertThatThrownBy(() -> plan(Map.of(), false, mount("/c", "cgroup", "rw")))
        .hasMessageContaining("could change its own limits");
    assertThat(plan(Map.of(), false, mount("/c", "cgroup", "ro")).trees()).hasSize(1);
  }

  @Test
  void shouldRefuseToCopyWhatAMountCovers() {
    assertThatThrownBy(
            () -> plan(Map.of(), mount("/a", "bind"), mount("/a/b", "tmpfs", "tmpcopyup")))
        .hasMessageContaining("the mount at /a covers that");
  }

  @Test
  void shouldMountProcfsAfterAllThatALinkCouldLeadIntoIt() {
    plan(
        Map.of(),
        mount("/proc", "proc"),
        mount("/proc/stat", "bind"),
        mount("/a", "bind"),
        mount("/b", "tmpfs"));

    String text = program.explain();
    assertThat(text.indexOf("\"proc\"")).isGreaterThan(text.indexOf("\"a\""));
    assertThat(text.indexOf("\"proc\"")).isGreaterThan(text.indexOf("\"b\""));
    assertThat(text.indexOf("\"proc\"")).isLessThan(text.indexOf("\"proc/stat\""));
  }

  @Test
  void shouldFollowLinksThatLeadToNothing() {
    plan(Map.of("/a/resolv.conf", "../r/x/../made"), mount("/a/resolv.conf", "bind"));

    assertThat(program.explain()).contains("\"r/made\"").doesNotContain("resolv.conf");
  }

  @Test
  void shouldFollowLinksToMountsThatStandThere() {
    plan(Map.of("/v/run", "/r"), mount("/r", "tmpfs"), mount("/v/run/secrets", "bind"));

    assertThat(program.explain()).contains("mkdirat($", "\"secrets\"").contains("\"r/secrets\"");
  }

  @Test
  void shouldGiveUpOnLinksThatNeverEnd() {
    assertThatThrownBy(() -> plan(Map.of("/a/x", "y", "/a/y", "/a/x"), mount("/a/x/z", "bind")))
        .hasMessageContaining("never end");
  }

  @Test
  void shouldGiveATmpfsTheModeOfWhatItCovers() {
    plan(Map.of(), mount("/a", "tmpfs", "size=4k"), mount("/b", "tmpfs", "mode=1777"));

    assertThat(program.explain()).contains("\"mode=750,size=4k\"").contains("\"mode=1777\"");
  }

  @Test
  void shouldReplaceTheFlagsOfABindThatIsMountedAgain() {
    plan(Map.of(), mount("/a", "bind"), mount("/a", "bind", "remount", "nosuid"));

    assertThat(program.explain())
        .contains("attr_set=MOUNT_ATTR_NOSUID")
        .contains("attr_clr=")
        .contains("MOUNT_ATTR_RDONLY");
  }

  @Test
  void shouldMountAFileSystemAgain() {
    plan(Map.of(), mount("/a", "tmpfs"), mount("/a", "tmpfs", "remount", "ro", "size=8k"));

    assertThat(program.explain()).contains("MS_RDONLY|MS_REMOUNT, \"size=8k\"");
  }

  @Test
  void shouldWriteMappingsAsTheKernelReadsThem() {
    Mount mount =
        new Mount(
            "/a",
            "bind",
            "/host/folder",
            List.of("ridmap"),
            List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 5000, 10)),
            List.of(new IdMapping(0, 7, 1)));

    BindInput bind = (BindInput) plan(Map.of(), mount).trees().getFirst();

    assertThat(bind.ids())
        .isEqualTo(new LaunchInputs.IdMap("0 1000 1\n1 5000 10\n", "0 7 1\n", true));
  }
}
