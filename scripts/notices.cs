// Writes the licenses of everything that a bundle ships beside llmmem's own code: what its list of dependencies names, .NET itself
// included, and the fonts. Each has a heading '==== NAME VERSION', which scripts/bundle-test.sh looks for. A package whose license is
// neither among its files nor among scripts/licenses ends it with an error, so that nobody ships it unseen.
//
//   dotnet run scripts/notices.cs -- DEPS.JSON ASSETS.JSON REPOSITORY > THIRD-PARTY-NOTICES.txt
#:property RestorePackagesWithLockFile=false
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var (shipped, restored, repository) = (Read(args[0]), Read(args[1]), args[2]);
string[] folders = [.. restored["packageFolders"]!.AsObject().Select(folder => folder.Key)];
Console.WriteLine("llmmem is under the license in LICENSE. It comes with the work of others, under these licenses.");
foreach (var (key, library) in shipped["libraries"]!.AsObject().OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase))
{
    var (name, version) = (key.Split('/')[0], key.Split('/')[1]);
    if ((string?)library!["type"] is "project")
        continue;
    Write(name, version, [.. Texts(FolderOf(Regex.Replace(name, "^runtimepack[.]", ""), version))]);
}
foreach (var license in Directory.GetFiles(Path.Combine(repository, "src/LlmMemProfiler.Reports/Fonts"), "LICENSE-*"))
    Write(Path.GetFileNameWithoutExtension(license)["LICENSE-".Length..], "fonts", [File.ReadAllText(license)]);
return;

static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;

static void Write(string name, string version, string[] texts)
{
    Console.WriteLine($"\n==== {name} {version}\n");
    Console.WriteLine(string.Join("\n\n", texts.Select(text => text.ReplaceLineEndings("\n").Trim())));
}

string FolderOf(string name, string version) => folders.Select(folder => Path.Combine(folder, name.ToLowerInvariant(), version)).FirstOrDefault(Directory.Exists)
    ?? throw new DirectoryNotFoundException($"{name} {version}: not among the restored packages");

// A package's own files; where it has none, the standard text of the license that it names.
IEnumerable<string> Texts(string package)
{
    var files = Directory.GetFiles(package, "*", SearchOption.AllDirectories)
        .Where(file => Regex.IsMatch(Path.GetFileName(file), "^(licen[cs]e|notice|third-?party-?notice|copying)[^/]*$", RegexOptions.IgnoreCase))
        .Order(StringComparer.Ordinal).ToList();
    if (files.Exists(file => !Regex.IsMatch(Path.GetFileName(file), "notice", RegexOptions.IgnoreCase)))
        return files.Select(File.ReadAllText);
    var about = XDocument.Load(Directory.GetFiles(package, "*.nuspec").Single()).Root!.Elements().Single(e => e.Name.LocalName == "metadata").Elements().ToList();
    string? Value(string name) => about.Find(e => e.Name.LocalName == name)?.Value;
    var standard = Path.Combine(repository, "scripts/licenses", $"{Value("license")}.txt");
    if (!File.Exists(standard))
        throw new FileNotFoundException($"{package}: no license file, and none for '{Value("license")}' in scripts/licenses");
    return [$"{Value("license")} license\n\n{Value("copyright") ?? Value("authors")}", File.ReadAllText(standard), .. files.Select(File.ReadAllText)];
}
