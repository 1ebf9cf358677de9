package mall.product;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** The products on sale, ordered by id. Safe to use from several requests at once. */
public final class Catalogue {
    private final Map<Long, Product> products = new ConcurrentSkipListMap<>();

    public Catalogue add(Product product) {
        if (products.putIfAbsent(product.id(), product) != null) {
            throw new IllegalArgumentException("product " + product.id() + " exists already");
        }
        return this;
    }

    public Optional<Product> find(long id) {
        return Optional.ofNullable(products.get(id));
    }

    /** Takes count pieces out of stock; false, with nothing changed, when there are fewer or no such product. */
    public boolean order(long id, int count) {
        if (count <= 0) {
            throw new IllegalArgumentException("an order needs at least one piece");
        }
        boolean[] done = {false};
        products.computeIfPresent(id, (key, product) -> {
            done[0] = product.stock() >= count;
            return done[0] ? product.withStock(product.stock() - count) : product;
        });
        return done[0];
    }

    public String toJson() {
        return products.values().stream().map(Product::toJson).collect(Collectors.joining(",", "[", "]"));
    }

    static Catalogue sample() {
        return new Catalogue()
                .add(new Product(1, "手机", 399900, 20))
                .add(new Product(2, "书包", 12950, 100))
                .add(new Product(3, "茶杯", 1999, 5));
    }
}
