package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is there when the process that made it is not, and who comes after it. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class TakeoverTest extends BalancerFixture {
  private static final int KILLS = 5;

  /** Twelve maps, and the programs, without that for turbo. */
  private static final int ALL = 12 + Hook.values().length - 1;

  @Test
  void shouldServeOnWhenItsProcessIsKilledAndBeTakenOver() throws Exception {
    ClientProcess client = client();
    ClientProcess loader = client();
    Backend one = backend("one");
    Backend two = backend("two");
    List<Endpoint> endpoints = List.of(new Endpoint(one.address()), new Endpoint(two.address()));
    Process owner = owner(one, two);
    String sticky = client.ask("tcp('10.96.0.11', 80)");
    client.ask("keep('web', '%s', 80)", VIP);
    loader.send("flood(%d, '%s', 80)", 12, VIP);

    for (int kill = 0; kill < KILLS; kill++) {
      // In the middle of whatever it does.
      Thread.sleep(50 + 31 * kill);
      owner.destroyForcibly().waitFor();
      assertThat(client.ask("tcp('%s', 80)", VIP)).isIn("one", "two");
      assertThat(client.ask("tcp('10.96.0.11', 80)")).isEqualTo(sticky);
      owner = owner(one, two);
    }
    owner.destroyForcibly().waitFor();

    ConnectBalancer balancer = balancer();
    assertThat(client.ask("tcp('10.96.0.11', 80)")).as("before apply").isEqualTo(sticky);
    balancer.apply(new ServiceTable(BalancerOwner.services(endpoints)));
    assertThat(client.ask("tcp('10.96.0.11', 80)")).as("the same client").isEqualTo(sticky);
    assertThat(client.ask("'%%s %%d' %% kept['web'].getpeername()")).isEqualTo(VIP + " 80");
    assertThat(client.ask("say('web')")).as("a connection of before").isIn("one", "two");
    assertThat(ClientProcess.counts(loader.answer()))
        .as("no connection failed")
        .containsOnlyKeys("one", "two");
    assertThat(client.count("tcps(10, '%s', 80)", VIP)).isEqualTo(Map.of("one", 5, "two", 5));
    assertThat(client.ask("tcp('10.96.1.3', 80)")).as("of the other process").isNotIn("one", "two");

    balancer.close();
    awaitNothingInKernel();
  }

  /** The kernel frees programs and their maps a moment later. */
  private void awaitNothingInKernel() {
    await().until(() -> inKernel().isEmpty());
  }

  private Process owner(Backend... backends) throws IOException {
    return owner(BalancerOwner.class, ports(backends));
  }

  @Test
  @RequiresTool(value = "setpriv", debianPackage = "util-linux")
  void shouldSayWhichCapabilityIsLacking() throws Exception {
    List<String> command = ownerCommand(BalancerOwner.class, ports(backend("one")));
    command.addAll(0, List.of("setpriv", "--bounding-set=-bpf,-sys_admin"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(output)
        .contains("UnavailableException: connections cannot be balanced in the kernel")
        .contains("CAP_BPF");
    assertThat(inKernel()).isEmpty();
  }

  @Test
  void shouldBeTakenOverWhenItIsLeft() throws Exception {
    ClientProcess client = client();
    Backend one = backend("one");
    Backend two = backend("two");
    Service web = tcp("web", VIP, 80, one);
    ConnectBalancer first = balancer();
    first.apply(table(web));
    first.leave();
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("one");

    ConnectBalancer second = balancer();
    assertThat(inKernel()).hasSize(ALL);
    second.apply(table(tcp("renamed", VIP, 80, one)));
    assertThat(inKernel()).hasSize(ALL);
    assertThat(second.connections("renamed")).as("the count goes on").isEqualTo(1);
    second.put(tcp("renamed", VIP, 80, two));
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("two");
    second.close();
    awaitNothingInKernel();
  }

  @Test
  void shouldReplaceMapsOfAnotherCapacityWithoutAGap() throws Exception {
    ClientProcess client = client();
    Backend one = backend("one");
    Service web = tcp("web", VIP, 80, one);
    ConnectBalancer first = balancer();
    first.apply(table(web));
    first.leave();

    client.send("flood(2, '%s', 80)", VIP);
    ConnectBalancer second =
        keep(ConnectBalancer.open(linux, cgroup, new Capacity(99, 99, 99, 99)));
    Thread.sleep(200);
    second.apply(table(web));
    assertThat(ClientProcess.counts(client.answer())).containsOnlyKeys("one");
    await().until(() -> inKernel().size() == ALL);
    second.close();
    awaitNothingInKernel();
  }

  @Test
  void shouldTakeAwayWhatAnotherLeftWhenItServedNothingItself() throws Exception {
    ConnectBalancer first = balancer();
    first.apply(table(tcp("web", VIP, 80, backend("one"))));
    first.leave();

    balancer().close();
    awaitNothingInKernel();
  }

  @Test
  void shouldBeAlone() {
    ConnectBalancer first = balancer();
    assertThatThrownBy(this::balancer)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("another process balances the connections of the cgroup");
    first.close();
    first.close();
    balancer().close();
    assertThatThrownBy(() -> first.apply(table())).hasMessage("the balancer has been closed");
  }
}
