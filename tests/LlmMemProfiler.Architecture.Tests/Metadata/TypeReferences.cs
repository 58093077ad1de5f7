using System.Reflection.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>Finds everything that an assembly's types name: in what they derive from, in their members' signatures, attributes and code.</summary>
/// <remarks>Constants are not seen: the compiler copies their values.</remarks>
internal sealed class TypeReferences(ProductAssembly assembly)
{
    private readonly MetadataReader reader = assembly.Reader;

    public IEnumerable<Reference> All() => reader.TypeDefinitions.SelectMany(Of);

    private IEnumerable<Reference> Of(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var from = TypeNames.Of(reader, handle);
        var heritage = Named(type.BaseType)
            .Concat(type.GetInterfaceImplementations().SelectMany(i => Named(reader.GetInterfaceImplementation(i).Interface)))
            .Concat(Constraints(type.GetGenericParameters()))
            .Concat(Attributes(type.GetCustomAttributes()));
        var fields = type.GetFields().Select(reader.GetFieldDefinition)
            .SelectMany(f => Attributes(f.GetCustomAttributes()).Concat(Met(types => f.DecodeSignature(types, null))));
        var properties = type.GetProperties().Select(reader.GetPropertyDefinition).SelectMany(p => Attributes(p.GetCustomAttributes()));
        var events = type.GetEvents().Select(reader.GetEventDefinition).SelectMany(e => Named(e.Type));
        return heritage.Concat(fields).Concat(properties).Concat(events)
            .Select(to => new Reference(from, "", to.Type, to.Member))
            .Concat(type.GetMethods().Select(reader.GetMethodDefinition).SelectMany(m => Method(from, m)));
    }

    private IEnumerable<Reference> Method(string from, MethodDefinition method)
    {
        var member = Members.Of(reader, method);
        var signature = Met(types => method.DecodeSignature(types, null))
            .Concat(Constraints(method.GetGenericParameters()))
            .Concat(Attributes(method.GetCustomAttributes()))
            .Concat(method.GetParameters().SelectMany(p => Attributes(reader.GetParameter(p).GetCustomAttributes())));
        return signature.Concat(Body(method)).Select(to => new Reference(from, member, to.Type, to.Member));
    }

    private IEnumerable<(string Type, string Member)> Body(MethodDefinition method)
    {
        if (assembly.Body(method) is not { } body)
            return [];
        var locals = body.LocalSignature.IsNil
            ? []
            : Met(types => reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(types, null));
        var caught = body.ExceptionRegions.Where(r => r.Kind == ExceptionRegionKind.Catch).SelectMany(r => Named(r.CatchType));
        return locals.Concat(caught).Concat(Code.Names(body.GetILContent()).SelectMany(Named));
    }

    /// <summary>What a token names: a type with the member where it is one, and the types in its arguments.</summary>
    private IEnumerable<(string Type, string Member)> Named(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition when !handle.IsNil:
                return [(TypeNames.Of(reader, (TypeDefinitionHandle)handle), "")];
            case HandleKind.TypeReference when !handle.IsNil:
                return [(TypeNames.Of(reader, (TypeReferenceHandle)handle), "")];
            case HandleKind.TypeSpecification:
                return Met(types => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(types, null));
            case HandleKind.MethodDefinition:
                var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                return [(TypeNames.Of(reader, method.GetDeclaringType()), Members.Of(reader, method))];
            case HandleKind.FieldDefinition:
                var field = reader.GetFieldDefinition((FieldDefinitionHandle)handle);
                return [(TypeNames.Of(reader, field.GetDeclaringType()), reader.GetString(field.Name))];
            case HandleKind.MethodSpecification:
                var generic = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                return Met(types => generic.DecodeSignature(types, null)).Concat(Named(generic.Method));
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                return Named(member.Parent).Select((to, i) => i == 0 ? (to.Type, Members.Of(reader, member)) : to);
            default:
                return [];
        }
    }

    private IEnumerable<(string Type, string Member)> Constraints(GenericParameterHandleCollection parameters) => parameters
        .SelectMany(p => reader.GetGenericParameter(p).GetConstraints())
        .SelectMany(c => Named(reader.GetGenericParameterConstraint(c).Type));

    private IEnumerable<(string Type, string Member)> Attributes(CustomAttributeHandleCollection attributes) => attributes
        .Select(reader.GetCustomAttribute)
        .SelectMany(a => Named(a.Constructor).Concat(Met(types => a.DecodeValue(types))));

    private static IEnumerable<(string Type, string Member)> Met(Action<Signatures> decode)
    {
        var types = new Signatures();
        decode(types);
        return types.Types.Select(type => (type, ""));
    }
}
