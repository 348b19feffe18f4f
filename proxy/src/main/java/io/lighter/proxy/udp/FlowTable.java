package io.lighter.proxy.udp;

import io.lighter.proxy.choice.AddressHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a loop by client and frontend: open addressing, at most half full, by linear
 * probing. Of one thread.
 */
final class FlowTable {
  private static final int FIRST_CAPACITY = 256;
  private static final int PORT_BITS = 16;

  private @Nullable Flow[] places = new @Nullable Flow[FIRST_CAPACITY];
  private int count;

  int count() {
    return count;
  }

  @Nullable Flow find(UdpListener at, long high, long low, int port) {
    int place = first(at, high, low, port);
    Flow there;
    while ((there = places[place]) != null) {
      if (there.isOf(at, high, low, port)) {
        return there;
      }
      place = next(place);
    }
    return null;
  }

  /** Adds one that is not there. */
  void add(Flow flow) {
    if (2 * (count + 1) > places.length) {
      @Nullable Flow[] old = places;
      places = Arrays.copyOf(new @Nullable Flow[0], 2 * old.length);
      for (Flow moved : old) {
        if (moved != null) {
          places[free(moved)] = moved;
        }
      }
    }
    places[free(flow)] = flow;
    count++;
  }

  private int free(Flow flow) {
    int place = first(flow);
    while (places[place] != null) {
      place = next(place);
    }
    return place;
  }

  /** Removes one that is there, and closes the gap, so that no search stops at it. */
  void remove(Flow flow) {
    int gap = first(flow);
    while (places[gap] != flow) {
      gap = next(gap);
    }
    int place = next(gap);
    for (Flow there = places[place]; there != null; there = places[place]) {
      int wanted = first(there);
      // It may move unless its own place lies between the gap and it.
      boolean stays =
          gap <= place ? gap < wanted && wanted <= place : gap < wanted || wanted <= place;
      if (!stays) {
        places[gap] = there;
        gap = place;
      }
      place = next(place);
    }
    places[gap] = null;
    count--;
  }

  private int next(int place) {
    return place + 1 & places.length - 1;
  }

  private int first(Flow flow) {
    UdpListener at = flow.listener;
    if (at == null) {
      throw new IllegalStateException("a flow that is not in use");
    }
    return first(at, flow.high, flow.low, flow.port);
  }

  private int first(UdpListener at, long high, long low, int port) {
    long client = AddressHash.ofClient(high, low);
    return (int) AddressHash.ofClient(client, (long) at.number() << PORT_BITS | port)
        & places.length - 1;
  }
}
