package mall.product;

/** One article of the shop; prices are in fen, so that no sum is ever rounded. */
public final class Product {
    private final long id;
    private final String name;
    private final long priceFen;
    private final int stock;

    public Product(long id, String name, long priceFen, int stock) {
        if (name == null || name.trim().isEmpty()) {
            throw new IllegalArgumentException("a product needs a name");
        }
        if (priceFen < 0 || stock < 0) {
            throw new IllegalArgumentException("price and stock cannot be negative");
        }
        this.id = id;
        this.name = name;
        this.priceFen = priceFen;
        this.stock = stock;
    }

    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    public int stock() {
        return stock;
    }

    public long priceFen() {
        return priceFen;
    }

    /** The price as shops print it: 1999 is 19.99. */
    public String price() {
        return String.format("%d.%02d", priceFen / 100, priceFen % 100);
    }

    public Product withStock(int left) {
        return new Product(id, name, priceFen, left);
    }

    public String toJson() {
        return "{\"id\":" + id + ",\"name\":\"" + escape(name) + "\",\"price\":" + price() + ",\"stock\":" + stock + "}";
    }

    private static String escape(String s) {
        StringBuilder out = new StringBuilder();
        for (char c : s.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
