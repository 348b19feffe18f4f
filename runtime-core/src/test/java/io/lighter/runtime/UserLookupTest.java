package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class UserLookupTest {
  private static final String PASSWD =
      """
      root:x:0:0:root:/root:/bin/sh
      # daemon:x:7:7::/:
      daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin

        indented:x:50:51::/indent:/bin/sh\r
      alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash
      twin:x:1000:1001:the second with this uid:/home/twin:/bin/bash
      1000:x:0:0:root in disguise:/root:/bin/sh
      alice:x:2000:2000:the second with this name:/home/other:/bin/bash
      half:x:1100
      top:x:4294967294:4294967294::/top:
      padded:x:0000000000000000000000000000000012:13::/padded:
      +::::::
      """;

  private static final String GROUP =
      """
      root:x:0:root
      # wheel:x:11:alice
      wheel:x:10:root,alice
      audio:x:29:alice,malice
      video:x:44:malice,alice2
      audio:x:30:
      alice:x:1000:
      again:x:1000:alice
      1000:x:0:
      broken:x:x:alice
      huge:x:4294967296:alice
      short
      short2:x:
      +:::
      """;

  @TempDir private Path path;
  private Fd root;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectory(path.resolve("etc"));
    passwd(PASSWD);
    group(GROUP);
    root =
        Linux.kernel()
            .files()
            .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    root.close();
  }

  private void passwd(String content) throws IOException {
    Files.writeString(path.resolve("etc/passwd"), content);
  }

  private void group(String content) throws IOException {
    Files.writeString(path.resolve("etc/group"), content);
  }

  private ResolvedUser resolve(UserRequest request) {
    return UserLookup.resolve(Linux.kernel(), root, request);
  }

  private ResolvedUser resolve(String request) {
    return resolve(UserRequest.parse(request));
  }

  private static User user(long uid, long gid, String groups) {
    List<Long> gids = List.of(groups.split(" ")).stream().map(Long::valueOf).toList();
    return new User(uid, gid, null, gids);
  }

  @ParameterizedTest
  @CsvSource({
    "root,              0,          0,          0 10,       /root,       root",
    "0,                 0,          0,          0 10,       /root,       root",
    "alice,             1000,       1000,       1000 10 29, /home/alice, alice",
    "1000,              1000,       1000,       1000 10 29, /home/alice, alice",
    "0001000,           1000,       1000,       1000 10 29, /home/alice, alice",
    "alice:root,        1000,       0,          0,          /home/alice, alice",
    "alice:audio,       1000,       29,         29,         /home/alice, alice",
    "alice:4294967294,  1000,       4294967294, 4294967294, /home/alice, alice",
    "alice:1000,        1000,       1000,       1000,       /home/alice, alice",
    "twin,              1000,       1001,       1001,       /home/twin,  twin",
    "daemon,            1,          1,          1,          /usr/sbin,   daemon",
    "indented,          50,         51,         51,         /indent,     indented",
    "padded,            12,         13,         13,         /padded,     padded",
    "top,               4294967294, 4294967294, 4294967294, /top,        top",
    "4294967294,        4294967294, 4294967294, 4294967294, /top,        top",
    "7,                 7,          0,          0,          /,",
    "1100,              1100,       0,          0,          /,",
    "5000:wheel,        5000,       10,         10,         /,",
    "5000:6000,         5000,       6000,       6000,       /,"
  })
  void shouldFollowTheContainersFiles(
      String request, long uid, long gid, String groups, String home, String name) {
    assertThat(resolve(request)).isEqualTo(new ResolvedUser(user(uid, gid, groups), home, name));
  }

  @Test
  void shouldTakeRootWhenNothingIsAskedFor() {
    assertThat(resolve(UserRequest.DEFAULT))
        .isEqualTo(new ResolvedUser(user(0, 0, "0 10"), "/root", "root"));
    assertThat(resolve(new UserRequest(null, "audio", List.of())).user())
        .isEqualTo(user(0, 29, "29"));
  }

  @Test
  void shouldAddGroupsOfTheRequestOnce() {
    UserRequest more = UserRequest.DEFAULT.withAdditionalGroups(List.of("audio", "10", "77"));
    assertThat(resolve(more).user()).isEqualTo(user(0, 0, "0 10 29 77"));

    UserRequest explicit = UserRequest.parse("alice:5").withAdditionalGroups(List.of("video", "5"));
    assertThat(resolve(explicit).user()).isEqualTo(user(1000, 5, "5 44"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo         | unable to find user foo: no matching entries in passwd file",
        "Root        | unable to find user Root: no matching entries in passwd file",
        "alice:bar   | unable to find group bar: no matching entries in group file",
        "half        | unable to use user half: its line in the container's /etc/passwd lacks a"
            + " uid or gid from 0 to 4294967294",
        "0:broken    | unable to use group broken: its line in the container's /etc/group lacks a"
            + " gid from 0 to 4294967294",
        "0:huge      | unable to use group huge: its line in the container's /etc/group lacks a gid"
            + " from 0 to 4294967294",
        "0:short     | unable to use group short: its line in the container's /etc/group lacks a"
            + " gid from 0 to 4294967294"
      })
  void shouldSayWhatIsNotThere(String request, String message) {
    assertThatThrownBy(() -> resolve(request))
        .isInstanceOf(UserLookupException.class)
        .hasMessage(message);
  }

  @Test
  void shouldRefuseAnUnknownAdditionalGroup() {
    assertThatThrownBy(
            () -> resolve(UserRequest.DEFAULT.withAdditionalGroups(List.of("29", "nosuch"))))
        .hasMessage("unable to find group nosuch: no matching entries in group file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4294967295",
        "4294967296",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
        "-1",
        "+0",
        "0x0",
        "1000garbage",
        "0 ",
        "\u0660",
        ""
      })
  void shouldNeverMakeRootOfAnOddId(String id) throws IOException {
    passwd("evil:x:" + id + ":1::/:\nprimary:x:1:" + id + "::/:\nevil:x:0:0::/:\n");
    group("odd:x:" + id + ":member\n");

    for (String request : List.of("evil", "primary", "1:odd")) {
      assertThatThrownBy(() -> resolve(request))
          .isInstanceOf(UserLookupException.class)
          .hasMessageContaining("from 0 to 4294967294");
    }
    assertThat(resolve("1")).isEqualTo(new ResolvedUser(user(1, 0, "0"), "/", null));
    passwd("member:x:5:6::/:\n");
    assertThat(resolve("member").user()).isEqualTo(user(5, 6, "6"));
  }

  @Test
  void shouldDoWithoutTheFiles() throws IOException {
    Files.delete(path.resolve("etc/group"));
    assertThat(resolve("alice").user()).isEqualTo(user(1000, 1000, "1000"));
    Files.delete(path.resolve("etc/passwd"));
    shouldFindIdsOnly();
    Files.delete(path.resolve("etc"));
    shouldFindIdsOnly();
    Files.createFile(path.resolve("etc"));
    shouldFindIdsOnly();
  }

  private void shouldFindIdsOnly() {
    assertThat(resolve("12:34")).isEqualTo(new ResolvedUser(user(12, 34, "34"), "/", null));
    assertThat(resolve(UserRequest.DEFAULT))
        .isEqualTo(new ResolvedUser(user(0, 0, "0"), "/", null));
    assertThatThrownBy(() -> resolve("root")).hasMessageContaining("no matching entries in passwd");
    assertThatThrownBy(() -> resolve("0:root"))
        .hasMessageContaining("no matching entries in group");
  }

  @Test
  void shouldTakeTheRootFolderForAnEmptyHome() throws IOException {
    passwd("a:x:1:1:::/bin/sh\nb:x:2:2\n");

    assertThat(resolve("a").home()).isEqualTo("/");
    assertThat(resolve("b").home()).isEqualTo("/");
  }

  @Test
  void shouldTolerateWhatIsNotUtf8AndSkipWhatHoldsANul() throws IOException {
    String latin = "j\u00f6rg:x:7:7:J\u00f6rg:/home/j\u00f6rg:\n";
    String nul = "cut:x:9:9::/home\0/cut:\nok:x:8:8:K\u00e4se:/home/ok:";
    Files.writeString(path.resolve("etc/passwd"), latin + nul, StandardCharsets.ISO_8859_1);

    assertThat(resolve("ok").home()).isEqualTo("/home/ok");
    assertThat(resolve("7").home()).isEqualTo("/home/j\ufffdrg");
    assertThat(resolve("9").home()).isEqualTo("/");
    passwd(latin);
    assertThat(resolve("7").home()).isEqualTo("/home/j\u00f6rg");
  }

  @Test
  void shouldReadLongLinesAndAsManyGroupsAsLinuxAllows() throws IOException {
    String crowd =
        IntStream.range(0, 90_000).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
    group("crowd:x:60:" + crowd + ",alice\nnext:x:61:alice\n");
    assertThat(resolve("alice").user()).isEqualTo(user(1000, 1000, "1000 60 61"));

    passwd("a:x:1:1::/:");
    group(groupsOfA(65_537));
    assertThat(resolve("a").user().additionalGids())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 65_536).boxed().toList());
    group(groupsOfA(65_538));
    assertThatThrownBy(() -> resolve("a"))
        .hasMessage("the user a is in more than the 65536 groups that Linux allows");
  }

  private static String groupsOfA(int end) {
    return IntStream.range(1, end).mapToObj(i -> "g::" + i + ":a\n").collect(Collectors.joining());
  }
}
