package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.Mount;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/a:/b; /a; /b; rbind,rprivate",
        "/a:/b:rw; /a; /b; rbind,rprivate",
        "/a:/b:ro; /a; /b; rbind,rprivate,rro",
        "/a:/b:rslave,ro; /a; /b; rbind,rslave,rro",
        "/a:/b:shared; /a; /b; rbind,shared",
        "/a:/b:cached; /a; /b; rbind,rprivate",
        "/a:/b/; /a; /b; rbind,rprivate",
        "/a:/b/../c; /a; /c; rbind,rprivate",
        "/a:/b/../../../c; /a; /c; rbind,rprivate",
        "/a:/./b//c; /a; /b/c; rbind,rprivate",
        "/a/../d:/b; /d; /b; rbind,rprivate",
        "/:/host; /; /host; rbind,rprivate",
        "./src:/b; /srv/src; /b; rbind,rprivate",
        "../x:/b; /x; /b; rbind,rprivate",
        ".:/b; /srv; /b; rbind,rprivate",
        "/a b:/c d; /a b; /c d; rbind,rprivate",
      })
  void shouldBindVolumes(String volume, String source, String target, String options) {
    MountRequest request = host("-v", volume).mounts().mounts().get(0);

    assertThat(request.mount()).isEqualTo(mount(target, "bind", source, options));
    assertThat(request.source()).isEqualTo(MountRequest.Source.CREATED);
  }

  @Test
  void shouldTakeATargetAloneForAnAnonymousVolume() {
    MountRequest request = host("-v", "/a/../b/").mounts().mounts().get(0);

    assertThat(request.mount())
        .isEqualTo(new Mount("/b", "bind", null, List.of("rbind", "rprivate", "nodev")));
    assertThat(request.source()).isEqualTo(MountRequest.Source.OWN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "type=bind,source=/a,target=/b; /a; rbind,rprivate",
        "type=bind,src=/a,dst=/b; /a; rbind,rprivate",
        "type=bind,source=/a,destination=/b,readonly; /a; rbind,rprivate,rro",
        "type=bind,source=/a,target=/b,ro; /a; rbind,rprivate,rro",
        "type=bind,source=/a,target=/b,readonly=false; /a; rbind,rprivate",
        "type=bind,source=/a,target=/b,readonly=1; /a; rbind,rprivate,rro",
        "type=bind,source=/a,target=/b,bind-propagation=rslave; /a; rbind,rslave",
        "type=bind,source=/a,target=/b,bind-nonrecursive; /a; bind,rprivate",
        "type=bind,source=/a,target=/b,bind-recursive=disabled; /a; bind,rprivate",
        "type=bind,source=/a,target=/b,ro,bind-recursive=writable; /a; rbind,rprivate,ro",
        "type=bind,source=/a,target=/b,ro,bind-recursive=readonly,bind-propagation=rprivate;"
            + " /a; rbind,rprivate,rro",
        "type=bind,source=./a,target=/b; /srv/a; rbind,rprivate",
        "type=bind,\"source=/a,c\",target=/b; /a,c; rbind,rprivate",
        "TYPE=BIND,SOURCE=/a,TARGET=/b; /a; rbind,rprivate",
        "type=bind,source=/a,target=/b,source=/c; /c; rbind,rprivate",
      })
  void shouldBindByKeysAndValues(String value, String source, String options) {
    MountRequest request = host("--mount", value).mounts().mounts().get(0);

    assertThat(request.mount()).isEqualTo(mount("/b", "bind", source, options));
    assertThat(request.source()).isEqualTo(MountRequest.Source.REQUIRED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--tmpfs; /b; noexec,nosuid,nodev",
        "--tmpfs; /b:; noexec,nosuid,nodev",
        "--tmpfs; /b:rw,size=64m; noexec,nosuid,nodev,rw,size=64m",
        "--tmpfs; /b:exec; nosuid,nodev,exec",
        "--tmpfs; /b:exec,noexec; nosuid,nodev,noexec",
        "--tmpfs; /b:size=1m,mode=1777,size=50%,uid=5;"
            + " noexec,nosuid,nodev,mode=1777,size=50%,uid=5",
        "--mount; type=tmpfs,target=/b; noexec,nosuid,nodev",
        "--mount; type=tmpfs,target=/b,tmpfs-size=64m; noexec,nosuid,nodev,size=67108864",
        "--mount; type=tmpfs,target=/b,tmpfs-mode=1770,ro; noexec,nosuid,nodev,ro,mode=1770",
      })
  void shouldMountTmpfs(String flag, String value, String options) {
    MountRequest request = host(flag, value).mounts().mounts().get(0);

    assertThat(request.mount()).isEqualTo(mount("/b", "tmpfs", "tmpfs", options));
    assertThat(request.source()).isEqualTo(MountRequest.Source.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-v; name:/b; named volumes are not supported yet",
        "-v; b; mount path must be absolute",
        "-v; /; destination can't be '/'",
        "-v; /a:b; mount path must be absolute",
        "-v; /a:../b; mount path must be absolute",
        "-v; /a:/x/..; destination can't be '/'",
        "-v; /a:/b:ro:ro; too many colons",
        "-v; /a:/b:; empty section between colons",
        "-v; /a:/b:ro,rw; invalid mode: ro,rw",
        "-v; /a:/b:nocopy; nocopy is for named volumes",
        "--mount; type=volume,target=/b; type=volume is not supported yet",
        "--mount; source=/a,target=/b; type=volume is not supported yet",
        "--mount; type=bind,source=a,target=/b; mount path must be absolute",
        "--mount; type=bind,source=/a,target=b; mount path must be absolute",
        "--mount; type=bind,source=/a; target is required",
        "--mount; type=bind,target=/b; source is required",
        "--mount; type=tmpfs,source=/a,target=/b; a tmpfs takes no source",
        "--mount; type=bind,source=/a,target=/b,tmpfs-size=1m; cannot mix 'tmpfs-size'",
        "--mount; type=tmpfs,target=/b,bind-nonrecursive; cannot mix 'bind-nonrecursive'",
        "--mount; type=bind,source=/a,target=/b,foo; must be a key=value pair",
        "--mount; type=bind,source=/a,target=/b,foo=c; unexpected key 'foo'",
        "--mount; type=bind,\"source=/a; a quote that is not closed",
        "--mount; type=bind,sou\"rce=/a; a quote inside a field",
        "--mount; type=bind,\"source=/a\"x; text after a closing quote",
        "--tmpfs; run; mount path must be absolute",
        "--tmpfs; /run:foo; invalid tmpfs option \"foo\"",
        "--tmpfs; /run:size=-1; invalid tmpfs option",
        "--tmpfs; /run:uid=4294967295; invalid tmpfs option",
        "--tmpfs; /run:mode=8; invalid tmpfs option",
        "--device; a; a is not an absolute path",
        "--device; ../dev/null; is not an absolute path",
        "--device; /dev/a:/dev/b:rr; bad mode specified: rr",
        "--device-cgroup-rule; c 1:3; invalid device cgroup format 'c 1:3'",
        "--device-cgroup-rule; d 1:3 r; invalid device cgroup format 'd 1:3 r'",
        "--device-cgroup-rule; c 1:4294967296 r; a number is above 4294967295",
        "--device-cgroup-rule; c 1:99999999999999999999 r; a number is above 4294967295",
        "--device; vendor.com/class=name; CDI devices are not supported yet",
      })
  void shouldRefuseAndSayWhy(String flag, String value, String reason) {
    assertRefused(flag, value).withMessageContaining(value).withMessageContaining(reason);
  }

  @Test
  void shouldRefuseATargetTwice() {
    assertRefused("-v", "/a:/b", "--tmpfs", "/b/c/..").withMessage("duplicate mount point: /b");
  }

  @Test
  void shouldMarkRelabelling() {
    assertThat(host("-v", "/a:/b:ro,z").mounts().mounts().get(0).relabel()).isTrue();
    assertThat(host("-v", "/a:/b:Z").mounts().mounts().get(0).relabel()).isTrue();
    assertThat(host("-v", "/a:/b").mounts().mounts().get(0).relabel()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/a, /dev/a, /dev/a, rwm",
    "/dev/a:/dev/b, /dev/a, /dev/b, rwm",
    "/dev/a:/dev/b:r, /dev/a, /dev/b, r",
    "/dev/a:wr, /dev/a, /dev/a, wr",
    "/dev/../dev/a, /dev/a, /dev/a, rwm"
  })
  void shouldReadDevices(String value, String hostPath, String containerPath, String access) {
    assertThat(host("--device", value).mounts().devices())
        .containsExactly(new DeviceRequest(hostPath, containerPath, access));
  }

  @Test
  void shouldReadRulesOfDevices() {
    assertThat(
            host("--device-cgroup-rule", "c 13:* rw", "--device-cgroup-rule", "a *:1 m")
                .mounts()
                .deviceRules())
        .containsExactly(
            new DeviceRule(true, DeviceRuleType.CHAR, 13L, null, "rw"),
            new DeviceRule(true, DeviceRuleType.ALL, null, 1L, "m"));
  }

  @Test
  void shouldReadTheRoot() {
    assertThat(host("--read-only", "--shm-size", "1m").mounts().readOnly()).isTrue();
    assertThat(host("--shm-size", "1m").mounts().shmBytes()).isEqualTo(1 << 20);
  }

  private static Mount mount(String target, String type, String source, String options) {
    return new Mount(target, type, source, List.of(options.split(",", -1)));
  }
}
