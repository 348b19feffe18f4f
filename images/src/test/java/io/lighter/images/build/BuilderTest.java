package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.manifest.History;
import io.lighter.images.manifest.ImageConfig;
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

@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class BuilderTest {
  @TempDir Path folder;
  private BuildFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
  }

  private Path out() {
    return folder.resolve("out");
  }

  @Test
  void shouldRunCopyAndConfigure() throws IOException {
    fixture.file("hello.txt", "hello\n");
    ImageRecord image =
        fixture.build(
            """
            FROM busybox
            ARG WHO=world
            ENV GREETING="hi $WHO"
            WORKDIR /app
            COPY hello.txt .
            RUN cat hello.txt > copy && echo "$GREETING" >> copy
            EXPOSE 80 53/udp
            VOLUME /data
            USER ann
            LABEL a=b "c d"='e'
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=5s CMD true
            ENTRYPOINT ["cat"]
            CMD ["copy"]
            """);
    ImageConfig config = fixture.store.config(image);
    ContainerConfig container = config.config();
    assertThat(container.env()).containsExactly("PATH=/bin", "GREETING=hi world");
    assertThat(container.workingDir()).isEqualTo("/app");
    assertThat(container.exposedPorts()).containsExactlyInAnyOrder("80/tcp", "53/udp");
    assertThat(container.volumes()).containsExactly("/data");
    assertThat(container.user()).isEqualTo("ann");
    assertThat(container.labels()).isEqualTo(Map.of("a", "b", "c d", "e"));
    assertThat(container.stopSignal()).isEqualTo("SIGINT");
    assertThat(container.entrypoint()).containsExactly("cat");
    assertThat(container.cmd()).containsExactly("copy");
    assertThat(config.diffIds()).hasSize(4);
    assertThat(config.history()).hasSize(14);
    assertThat(config.history()).filteredOn(step -> !step.emptyLayer()).hasSize(4);
    assertThat(config.history())
        .extracting(History::createdBy)
        .contains(
            "WORKDIR /app # buildkit",
            "COPY hello.txt . # buildkit",
            "RUN |1 WHO=world /bin/sh -c cat hello.txt > copy && echo \"$GREETING\" >> copy"
                + " # buildkit",
            "ENTRYPOINT [\"cat\"]");
    assertThat(fixture.store.layers().folder(image.diffIds().getLast()).resolve("app/copy"))
        .hasContent("hello\nhi world\n");
  }

  @Test
  void shouldLeaveNothingOfTheContainerInALayer() throws IOException {
    ImageRecord image = fixture.build("FROM busybox\nRUN echo x > /x\n");
    Path layer = fixture.store.layers().folder(image.diffIds().getLast());
    try (var files = Files.walk(layer)) {
      assertThat(files.map(path -> layer.relativize(path).toString()).sorted())
          .containsExactly("", "x");
    }
  }

  @Test
  void shouldTellOutputLineByLine() throws IOException {
    fixture.build("FROM busybox\nRUN echo a; echo b >&2; echo -n c\n");
    assertThat(fixture.progress.output).containsExactlyInAnyOrder("out a", "err b", "out c");
    assertThat(fixture.progress.events)
        .containsExactly(
            "started [1/2] FROM busybox",
            "DONE [1/2] FROM busybox",
            "started [2/2] RUN echo a; echo b >&2; echo -n c",
            "DONE [2/2] RUN echo a; echo b >&2; echo -n c",
            "started exporting to image",
            "DONE exporting to image");
  }

  @Test
  void shouldShowTheLinesOfACommandThatFails() {
    assertThatThrownBy(() -> fixture.build("FROM busybox\nRUN echo no \\\n  && exit 7\n"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("   2 | >>> RUN echo no \\")
        .hasMessageContaining("   3 | >>>   && exit 7")
        .hasMessageEndingWith(
            "Dockerfile:2: the command /bin/sh -c echo no   && exit 7 failed: exit code 7")
        .extracting("exitCode")
        .isEqualTo(7);
    assertThat(fixture.progress.events).contains("FAILED [2/2] RUN echo no   && exit 7");
  }

  @Test
  void shouldBuildOnlyWhatTheTargetNeeds() throws IOException {
    String dockerfile =
        """
        FROM busybox AS unused
        RUN false
        FROM busybox AS base
        RUN echo base > /base
        FROM base AS left
        RUN echo left > /left
        FROM base AS right
        RUN echo right > /right
        FROM scratch
        COPY --from=left /left /base /
        COPY --from=3 /right /
        """;
    Path files = fixture.export(dockerfile, out());
    assertThat(files.resolve("left")).hasContent("left");
    assertThat(files.resolve("right")).hasContent("right");
    assertThat(files.resolve("base")).hasContent("base");
    assertThat(files.resolve("bin")).doesNotExist();
    assertThat(fixture.progress.done()).doesNotContain("RUN false");

    fixture.build(dockerfile, r -> r.target = "base");
    assertThat(fixture.progress.cached()).containsExactly("RUN echo base > /base");
    assertThatThrownBy(() -> fixture.build(dockerfile, r -> r.target = "lift"))
        .hasMessageContaining("no stage lift (did you mean left?)");
  }

  @Test
  void shouldRunStagesAtTheSameTime() throws IOException {
    // Each waits for the other, by a cache that both see.
    fixture.export(
        """
        FROM busybox AS one
        RUN --mount=type=cache,id=meet,target=/m touch /m/1; \\
          until test -e /m/2; do sleep 0.05; done; echo 1 > /one
        FROM busybox AS two
        RUN --mount=type=cache,id=meet,target=/m touch /m/2; \\
          until test -e /m/1; do sleep 0.05; done; echo 2 > /two
        FROM scratch
        COPY --from=one /one /
        COPY --from=two /two /
        """,
        out());
    assertThat(out().resolve("one")).hasContent("1");
    assertThat(out().resolve("two")).hasContent("2");
  }

  @Test
  void shouldEndTheOtherStagesWhenOneFails() {
    assertThatThrownBy(
            () ->
                fixture.build(
                    """
                    FROM busybox AS slow
                    RUN sleep 1000
                    FROM busybox AS bad
                    RUN sleep 0.5; exit 3
                    FROM scratch
                    COPY --from=bad /x /
                    COPY --from=slow /x /
                    """))
        .hasMessageContaining("exit code 3");
    assertThat(fixture.progress.events).contains("CANCELED [slow 2/2] RUN sleep 1000");
  }

  @Test
  void shouldScopeArguments() throws IOException {
    fixture.export(
        """
        ARG TAG=latest
        ARG GLOBAL=g
        FROM busybox:$TAG AS base
        ARG GLOBAL
        ARG LOCAL=l-$GLOBAL
        RUN echo "[$TAG] [$GLOBAL] [$LOCAL] [$GIVEN]" > /1
        ARG GIVEN=default
        RUN echo "[$GIVEN] $TARGETARCH" > /2
        ENV LOCAL=env
        ARG LOCAL=again
        RUN echo "[$LOCAL] [$http_proxy]" > /3
        FROM base
        RUN echo "[$LOCAL] [$GIVEN]" > /4
        """,
        out(),
        r -> r.args = Map.of("GIVEN", "given", "http_proxy", "http://proxy"));
    assertThat(out().resolve("1")).hasContent("[] [g] [l-g] []");
    assertThat(out().resolve("2")).hasContent("[given] ");
    assertThat(out().resolve("3")).hasContent("[env] [http://proxy]");
    assertThat(out().resolve("4")).hasContent("[env] [given]");
  }

  @Test
  void shouldForgetTheCommandOfTheBase() throws IOException {
    ImageRecord image = fixture.build("FROM busybox\nENTRYPOINT [\"x\"]\n");
    assertThat(fixture.store.config(image).config().cmd()).isEmpty();
    ImageRecord own = fixture.build("FROM busybox\nCMD a b\nENTRYPOINT x\n");
    assertThat(fixture.store.config(own).config().cmd()).containsExactly("/bin/sh", "-c", "a b");
    assertThat(fixture.store.config(own).config().entrypoint())
        .containsExactly("/bin/sh", "-c", "x");
  }

  @Test
  void shouldRunTriggersInTheChild() throws IOException {
    fixture.file("src", "source");
    ImageRecord base =
        fixture.build(
            "FROM busybox\nONBUILD COPY src /src\nONBUILD RUN <<E\ncat /src > /copy\nE\n");
    assertThat(fixture.store.config(base).config().onBuild())
        .containsExactly("COPY src /src", "RUN <<E\ncat /src > /copy\nE");
    fixture.export("FROM built\nRUN cat /copy /copy > /twice\n", out());
    assertThat(out().resolve("twice")).hasContent("sourcesource");
  }

  @Test
  void shouldRunHereDocuments() throws IOException {
    fixture.export(
        """
        FROM busybox
        ENV V=value
        RUN <<E
        echo one $V > /1
        echo two >> /1
        E
        RUN <<S
        #!/bin/awk -f
        BEGIN { print "awk" > "/2" }
        S
        RUN cat <<A >/3 && cat <<"B" >>/3
        a $V
        A
        b $V
        B
        COPY <<-"X" <<Y /
        \tx $V
        X
        y $V
        Y
        """,
        out());
    assertThat(out().resolve("1")).hasContent("one value\ntwo");
    assertThat(out().resolve("2")).hasContent("awk");
    assertThat(out().resolve("3")).hasContent("a value\nb $V");
    assertThat(out().resolve("X")).hasContent("x $V");
    assertThat(out().resolve("Y")).hasContent("y value");
    assertThat(out().resolve("dev/pipes")).doesNotExist();
  }

  @Test
  void shouldUseAnotherShellAndUser() throws IOException {
    fixture.export(
        """
        FROM busybox
        RUN mkdir -p /home/ann && chown ann /home/ann
        USER ann
        WORKDIR work
        WORKDIR /home/ann/x
        SHELL ["/bin/sh", "-ec"]
        RUN false; echo no > no || true
        """
                .replace("RUN false; echo no > no || true\n", "")
            + "RUN id -u > id; echo $HOME >> id; pwd >> id; id -g >> id\n",
        out());
    assertThat(out().resolve("home/ann/x/id")).hasContent("1000\n/home/ann\n/home/ann/x\n1001");
  }

  @Test
  void shouldGiveTheSameDigestsInTwoStores() throws IOException {
    fixture.file("a/b", "content");
    String dockerfile =
        "FROM busybox\nWORKDIR /w\nCOPY a /a\nRUN mkdir /m && echo 1 > /m/f && rm /etc/group\n";
    ImageRecord one = fixture.build(dockerfile, r -> r.sourceDateEpoch = 1_000_000_000L);
    BuildFixture other = new BuildFixture(folder, "other");
    ImageRecord two =
        other.build(dockerfile, r -> r.args = Map.of("SOURCE_DATE_EPOCH", "1000000000"));
    assertThat(two.id()).isEqualTo(one.id());
    assertThat(two.manifest()).isEqualTo(one.manifest());
    assertThat(fixture.store.config(one).created()).isEqualTo("2001-09-09T01:46:40Z");
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    record Mistake(String dockerfile, String problem) {}
    for (Mistake mistake :
        List.of(
            new Mistake("FROM missing", "Dockerfile:1: the image missing is not in the store"),
            new Mistake("FROM $X", "the name of the image is empty: $X has no value"),
            new Mistake(
                "FROM busybox\nCOPY nothing /",
                "Dockerfile:2: nothing is not in the build context"),
            new Mistake(
                "FROM busybox AS one\nFROM busybox\nCOPY --from=on /x /", "(did you mean one?)"),
            new Mistake(
                "FROM busybox AS a\nCOPY --from=b /x /\nFROM busybox AS b\nCOPY --from=a /x /",
                "the stage b comes later"),
            new Mistake("FROM busybox AS me\nCOPY --from=me /x /", "the stage me uses itself"),
            new Mistake("FROM busybox\nCOPY --from=7 /x /", "there is no stage 7"),
            new Mistake("FROM busybox\nUSER nobody-there\nRUN true", "unable to find user"),
            new Mistake("FROM busybox\nCOPY --chmod=9 Dockerfile /", "--chmod takes permissions"),
            new Mistake("FROM busybox\nENV A=\"${B:?no B}\"", "B: no B"),
            new Mistake("FROM busybox\nEXPOSE x", "x is no port"),
            new Mistake("FROM busybox\nEXPOSE 70000", "a port is 1 to 65535"),
            new Mistake("FROM busybox\nSTOPSIGNAL -", "- is no signal"),
            new Mistake("FROM busybox\nRUN --security=insecure true", "--allow security.insecure"),
            new Mistake(
                "FROM busybox\nRUN --device=x true",
                "RUN --device=x: \"x\" is no kind of device; write VENDOR/CLASS"),
            new Mistake(
                "FROM busybox\nRUN --mount=type=secret,id=s,required true",
                "the secret s is required"),
            new Mistake(
                "FROM busybox\nRUN --mount=type=ssh,required true",
                "the agent default is required"),
            new Mistake(
                "FROM --platform=linux/s390x scratch\nRUN true", "cannot run on this machine"),
            new Mistake("FROM busybox\nRUN [\"nothing-there\"]", "nothing-there"),
            new Mistake("FROM busybox\nCOPY --chown=x /etc /", "unable to find user x"))) {
      assertThatThrownBy(() -> fixture.build(mistake.dockerfile()), mistake.dockerfile())
          .hasMessageContaining(mistake.problem());
    }
  }
}
