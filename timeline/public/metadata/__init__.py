"""What the heads of public pages tell programs: previews of links, and structured data of schema.org."""
