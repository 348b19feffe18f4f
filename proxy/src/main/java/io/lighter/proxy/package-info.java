/**
 * The L4 load balancer as a whole: {@link io.lighter.proxy.LoadBalancer} puts the parts together,
 * for who embeds it. What is balanced is told by values of {@code service}; {@code config} reads
 * them from a file and {@code kube} from Kubernetes' objects; {@code process} is the program.
 */
@NullMarked
package io.lighter.proxy;

import org.jspecify.annotations.NullMarked;
