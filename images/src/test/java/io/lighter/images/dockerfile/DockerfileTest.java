package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read from whole files. */
class DockerfileTest {
  private static Dockerfile parse(String... lines) {
    return Dockerfile.parse("Dockerfile", String.join("\n", lines) + "\n");
  }

  private static <T extends Instruction> T only(Class<T> type, String... lines) {
    List<Instruction> found =
        parse("FROM scratch\n" + String.join("\n", lines)).stages().getFirst().instructions();
    assertThat(found).hasSize(1);
    return type.cast(found.getFirst());
  }

  @Test
  void shouldReadStages() {
    Dockerfile file =
        parse(
            "ARG V=1",
            "FROM --platform=$BUILDPLATFORM busybox:$V as Base",
            "RUN true",
            "from base",
            "copy --from=0 /a /b",
            "CMD x");
    assertThat(file.globals().getFirst().variables()).containsExactly(new Variable("V", "1"));
    assertThat(file.stages()).hasSize(2);
    Stage base = file.stages().getFirst();
    assertThat(base.name()).isEqualTo("base");
    assertThat(base.from().image()).isEqualTo("busybox:$V");
    assertThat(base.from().platform()).isEqualTo("$BUILDPLATFORM");
    assertThat(base.from().stageName()).isEqualTo("Base");
    assertThat(base.isCalled("BASE")).isTrue();
    assertThat(base.isCalled("0")).isTrue();
    Stage last = file.stages().getLast();
    assertThat(last.name()).isNull();
    assertThat(last.instructions()).hasSize(2);
    assertThat(last.instructions().getFirst().origin().range()).isEqualTo(SourceRange.line(5));
  }

  @Test
  void shouldReadDirectives() {
    Dockerfile file =
        parse(
            "\uFEFF# syntax = docker/dockerfile:1",
            "#escape=`",
            "# check=skip=StageNameCasing, FromAsCasing;error=true",
            "",
            "FROM scratch",
            "RUN a `",
            "  b");
    assertThat(file.directives().syntax()).isEqualTo("docker/dockerfile:1");
    assertThat(file.directives().escape()).isEqualTo('`');
    assertThat(file.directives().check().error()).isTrue();
    assertThat(file.directives().check().wants(LintRule.FROM_AS_CASING)).isFalse();
    assertThat(file.directives().check().wants(LintRule.UNDEFINED_VAR)).isTrue();
    assertThat(text(file)).isEqualTo("RUN a   b");
  }

  @Test
  void shouldTakeLateDirectivesForComments() {
    assertThat(parse("# a comment", "# escape=`", "FROM scratch").directives().escape())
        .isEqualTo('\\');
    assertThat(parse("", "# escape=`", "FROM scratch").directives().escape()).isEqualTo('\\');
    assertThat(parse("# unknown=1", "# escape=`", "FROM scratch").directives().escape())
        .isEqualTo('\\');
  }

  private static String text(Dockerfile file) {
    return file.stages().getFirst().instructions().getFirst().origin().text();
  }

  @Test
  void shouldJoinLines() {
    Dockerfile file =
        parse(
            "FROM scratch",
            "RUN a \\",
            "  # a comment",
            "",
            "  b \\  ",
            "#another",
            "  c\\\\",
            "CMD d");
    assertThat(file.stages().getFirst().instructions()).hasSize(2);
    assertThat(text(file)).isEqualTo("RUN a   b   c\\\\");
    Instruction run = file.stages().getFirst().instructions().getFirst();
    assertThat(run.origin().range()).isEqualTo(new SourceRange(2, 7));
    assertThat(file.emptyContinuations()).containsExactly(new SourceRange(2, 7));
  }

  @Test
  void shouldEndAContinuationAtTheEndOfTheFile() {
    assertThat(text(parse("FROM scratch", "RUN a \\"))).isEqualTo("RUN a");
  }

  @Test
  void shouldKeepTheCommentAbove() {
    Dockerfile file = parse("# first", "", "# base is the base", "FROM scratch AS base");
    assertThat(file.stages().getFirst().from().origin().comment())
        .containsExactly("base is the base");
  }

  @Test
  void shouldReadHereDocuments() {
    Dockerfile file =
        parse(
            "FROM scratch",
            "RUN cat <<A >/x; cat <<-'B'",
            "$a # no comment \\",
            "A",
            "\tb",
            "\tB",
            "COPY <<\"one\" <<two /dest/",
            "1",
            "one",
            "$2",
            "two",
            "CMD x");
    List<Instruction> found = file.stages().getFirst().instructions();
    assertThat(found).hasSize(3);
    Instruction.Run run = (Instruction.Run) found.get(0);
    assertThat(run.command().words()).containsExactly("cat <<A >/x; cat <<-'B'");
    assertThat(run.documents())
        .containsExactly(
            new HereDocument("A", true, false, "$a # no comment \\\n"),
            new HereDocument("B", false, true, "\tb\n"));
    assertThat(run.documents().get(1).data()).isEqualTo("b\n");
    assertThat(run.origin().range()).isEqualTo(new SourceRange(2, 6));
    Instruction.Copy copy = (Instruction.Copy) found.get(1);
    assertThat(copy.sources().paths()).isEmpty();
    assertThat(copy.sources().destination()).isEqualTo("/dest/");
    assertThat(copy.sources().documents())
        .containsExactly(
            new HereDocument("one", false, false, "1\n"),
            new HereDocument("two", true, false, "$2\n"));
  }

  @Test
  void shouldTakeNoShiftForAHereDocument() {
    assertThat(only(Instruction.Run.class, "RUN echo $((1<<2)) 'a <<b' && x <<<y").documents())
        .isEmpty();
    assertThat(only(Instruction.Run.class, "RUN [\"cat\", \"<<EOF\"]").documents()).isEmpty();
    assertThat(only(Instruction.Env.class, "ENV a=<<EOF").pairs()).hasSize(1);
  }

  @Test
  void shouldReadBothForms() {
    assertThat(only(Instruction.Run.class, "RUN  echo \"a  b\"").command())
        .isEqualTo(new CommandLine(List.of("echo \"a  b\""), true));
    assertThat(only(Instruction.Cmd.class, "CMD [\"a\", \"b c\"]").command())
        .isEqualTo(new CommandLine(List.of("a", "b c"), false));
    assertThat(only(Instruction.Cmd.class, "CMD []").command().words()).isEmpty();
    assertThat(only(Instruction.Entrypoint.class, "ENTRYPOINT ['a']").command().shell()).isTrue();
    assertThat(only(Instruction.Run.class, "RUN [ -f x ] && true").command().shell()).isTrue();
    assertThat(new CommandLine(List.of("x y"), true).arguments(List.of("/bin/sh", "-c")))
        .containsExactly("/bin/sh", "-c", "x y");
  }

  @Test
  void shouldReadPairs() {
    assertThat(only(Instruction.Env.class, "ENV a=1 b='2 3' c=4\\ 5 d=\"$a x\"").pairs())
        .extracting(KeyValue::value)
        .containsExactly("1", "'2 3'", "4\\ 5", "\"$a x\"");
    assertThat(only(Instruction.Env.class, "ENV a  b c=d").pairs())
        .containsExactly(new KeyValue("a", "b c=d", true));
    assertThat(only(Instruction.Label.class, "LABEL \"a b\"=c d=").pairs())
        .containsExactly(new KeyValue("\"a b\"", "c", false), new KeyValue("d", "", false));
    assertThat(only(Instruction.Arg.class, "ARG a b=1 c=").variables())
        .containsExactly(new Variable("a", null), new Variable("b", "1"), new Variable("c", ""));
  }

  @Test
  void shouldReadFlagsOfFiles() {
    Instruction.Copy copy =
        only(
            Instruction.Copy.class,
            "COPY --from=x --chown=1:2 --chmod=0644 --link --parents=true"
                + " --exclude=*.a --exclude=b [\"c d\", \"/e\"]");
    assertThat(copy.from()).isEqualTo("x");
    assertThat(copy.flags()).isEqualTo(new FileFlags("1:2", "0644", true, List.of("*.a", "b")));
    assertThat(copy.parents()).isTrue();
    assertThat(copy.sources().paths()).containsExactly("c d");
    Instruction.Add add =
        only(Instruction.Add.class, "ADD --checksum=sha256:1 --keep-git-dir --unpack=false a b c/");
    assertThat(add.checksum()).isEqualTo("sha256:1");
    assertThat(add.keepGitDir()).isTrue();
    assertThat(add.unpack()).isFalse();
    assertThat(add.flags().link()).isFalse();
    assertThat(add.sources()).isEqualTo(new Sources(List.of("a", "b"), List.of(), "c/"));
  }

  @Test
  void shouldReadFlagsOfRun() {
    Instruction.Run run =
        only(
            Instruction.Run.class,
            "RUN --mount=type=cache,dst=/c,sharing=locked,mode=0700 --network=none"
                + " --security=insecure --mount=from=b,target=/t,rw x --mount=no");
    assertThat(run.network()).isEqualTo(RunNetwork.NONE);
    assertThat(run.insecure()).isTrue();
    assertThat(run.command().words()).containsExactly("x --mount=no");
    WordExpander none = WordExpander.of('\\', name -> null);
    assertThat(run.mounts().stream().map(m -> RunMount.of(m, none)))
        .containsExactly(
            new RunMount.Cache(
                "/c",
                "/c",
                false,
                RunMount.Sharing.LOCKED,
                null,
                "/",
                new RunMount.Access(0700, 0, 0)),
            new RunMount.Bind("b", "/", "/t", false));
  }

  @Test
  void shouldReadMounts() {
    WordExpander expander = WordExpander.of('\\', name -> name.equals("N") ? "7" : null);
    assertThat(RunMount.of(MountSpec.parse("type=secret,id=a,uid=$N"), expander))
        .isEqualTo(
            new RunMount.Secret(
                "a", "/run/secrets/a", null, false, new RunMount.Access(0400, 7, 0)));
    assertThat(RunMount.of(MountSpec.parse("type=secret,id=a,env=B,required"), expander))
        .isEqualTo(new RunMount.Secret("a", null, "B", true, new RunMount.Access(0400, 0, 0)));
    assertThat(RunMount.of(MountSpec.parse("type=secret,target=/x/y"), expander))
        .extracting("id")
        .isEqualTo("y");
    assertThat(RunMount.of(MountSpec.parse("type=ssh"), expander))
        .isEqualTo(new RunMount.Ssh("default", null, false, new RunMount.Access(0600, 0, 0)));
    assertThat(RunMount.of(MountSpec.parse("type=tmpfs,target=/t,size=2m"), expander))
        .isEqualTo(new RunMount.Tmpfs("/t", 2 << 20));
    assertThat(RunMount.of(MountSpec.parse("type=cache,\"target=/a,b\",ro"), expander))
        .extracting("target", "readOnly")
        .containsExactly("/a,b", true);
  }

  @Test
  void shouldReadHealthChecks() {
    Instruction.HealthCheck check =
        only(
            Instruction.HealthCheck.class,
            "HEALTHCHECK --interval=1m30s --timeout=500ms --retries=3 CMD [\"a\"]");
    assertThat(check.interval()).isEqualTo(Duration.ofSeconds(90));
    assertThat(check.timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(check.retries()).isEqualTo(3);
    assertThat(check.startPeriod()).isNull();
    assertThat(only(Instruction.HealthCheck.class, "healthcheck none").test()).isNull();
  }

  @Test
  void shouldReadTriggers() {
    Instruction.OnBuild trigger =
        only(Instruction.OnBuild.class, "ONBUILD RUN <<E", "echo $a", "E");
    assertThat(trigger.text()).isEqualTo("RUN <<E\necho $a\nE");
    assertThat(trigger.trigger()).isInstanceOf(Instruction.Run.class);
    List<Instruction> again = Dockerfile.parseTriggers("x", List.of(trigger.text(), "ENV a=b"));
    assertThat(((Instruction.Run) again.get(0)).documents().getFirst().content())
        .isEqualTo("echo $a\n");
    assertThat(again.get(1)).isInstanceOf(Instruction.Env.class);
  }

  @Test
  void shouldReadTheRest() {
    assertThat(only(Instruction.Expose.class, "EXPOSE 80/tcp 90-100").ports())
        .containsExactly("80/tcp", "90-100");
    assertThat(only(Instruction.Volume.class, "VOLUME [\"/a b\"]").paths()).containsExactly("/a b");
    assertThat(only(Instruction.Volume.class, "VOLUME /a /b").paths()).containsExactly("/a", "/b");
    assertThat(only(Instruction.Workdir.class, "WORKDIR /a b").path()).isEqualTo("/a b");
    assertThat(only(Instruction.User.class, "USER a:b").user()).isEqualTo("a:b");
    assertThat(only(Instruction.StopSignal.class, "STOPSIGNAL 9").signal()).isEqualTo("9");
    assertThat(only(Instruction.Maintainer.class, "MAINTAINER me <x>").author())
        .isEqualTo("me <x>");
    assertThat(only(Instruction.Shell.class, "SHELL [\"a\",\"b\"]").words())
        .containsExactly("a", "b");
  }
}
