package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** While connections come and go, everything about the table changes but that it serves them. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class ChangesUnderLoadTest {
  private static final int CHANGES = 300;
  private static final int CLIENTS = 3;

  private static void converse(Socket socket, int round) throws IOException {
    byte[] bytes = new byte[100];
    bytes[0] = (byte) round;
    socket.getOutputStream().write(bytes);
    assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
  }

  @Test
  void shouldNeitherRefuseNorCutAConnection() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (Rig rig = new Rig()) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (char name = 'a'; name <= 'd'; name++) {
        endpoints.add(rig.server(name).endpoint());
      }
      rig.apply(Behaviour.DEFAULT, endpoints.toArray(Endpoint[]::new));
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Thread client = new Thread(() -> askUntil(rig, over, done, failures));
        client.start();
        clients.add(client);
      }
      try (Socket old = rig.connect()) {
        assertThat(Rig.name(old)).isBetween('a', 'd');
        SplittableRandom random = new SplittableRandom(3);
        InetSocketAddress other = Rig.freePort();
        for (int i = 0; i < CHANGES; i++) {
          change(rig, random, endpoints, other);
          converse(old, i);
        }
      } finally {
        over.set(true);
        for (Thread client : clients) {
          client.join();
        }
      }
      assertThat(failures).isEmpty();
      assertThat(done.get()).isGreaterThan(CLIENTS);
    }
  }

  private static void askUntil(
      Rig rig, AtomicBoolean over, AtomicInteger done, Queue<Throwable> failures) {
    while (!over.get()) {
      try (Socket socket = rig.connect()) {
        assertThat(Rig.name(socket)).isBetween('a', 'd');
        converse(socket, done.incrementAndGet());
      } catch (IOException | AssertionError e) {
        failures.add(e);
      }
    }
  }

  private static void change(
      Rig rig, SplittableRandom random, List<Endpoint> endpoints, InetSocketAddress other) {
    List<Endpoint> some = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      if (random.nextInt(3) > 0) {
        some.add(new Endpoint(endpoint.address(), 1 + random.nextInt(5), random.nextInt(4) == 0));
      }
    }
    // One that takes connections is always there.
    some.remove(endpoints.getFirst());
    some.removeIf(e -> e.address().equals(endpoints.getFirst().address()));
    some.add(endpoints.getFirst());
    Balancing[] rules = Balancing.values();
    Behaviour behaviour = Behaviour.DEFAULT.with(rules[random.nextInt(rules.length)]);
    Service web = rig.service(behaviour, some.toArray(Endpoint[]::new));
    if (random.nextBoolean()) {
      rig.apply(web);
    } else {
      Service more =
          new Service("more", List.of(new Frontend(Transport.TCP, other)), some, behaviour);
      rig.apply(web, more);
    }
  }
}
