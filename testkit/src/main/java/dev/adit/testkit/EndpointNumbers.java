package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Assigns numbers to endpoints, which a batch can hold as bytes. Thread-safe.
final class EndpointNumbers {
    private final List<Endpoint> byNumber = new ArrayList<>(); // guarded by this
    private final Map<Endpoint, Integer> numbers = new HashMap<>(); // guarded by this

    synchronized int number(Endpoint origin) {
        Integer known = numbers.get(origin);
        if (known != null) return known;
        numbers.put(origin, byNumber.size());
        byNumber.add(origin);
        return byNumber.size() - 1;
    }

    synchronized Endpoint get(int number) {
        return byNumber.get(number);
    }
}
